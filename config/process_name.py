"""The name of a process: in log lines, heartbeats, /readyz and `doctor`, for Celery and Flower."""

import os
import socket


def process_name(role: str, host: str | None = None) -> str:
    """A name that no other process has: role, host and process id."""
    return f"{role}@{host or socket.gethostname()}:{os.getpid()}"
