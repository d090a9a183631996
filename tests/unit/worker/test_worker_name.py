"""The name of a worker."""

import os
import socket

import pytest

from worker.app import worker_name

HERE = socket.gethostname()


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        ("celery", f"worker@{HERE}"),
        (f"celery@{HERE}", f"worker@{HERE}"),
        ("celery@bakery", "worker@bakery"),
        ("spring@bakery", "spring@bakery"),
    ],
)
def test_a_worker_is_named_by_role_host_and_process(node: str, expected: str) -> None:
    """What the option `-n` names stays; the process id makes two workers of one name two."""
    assert worker_name(node) == f"{expected}:{os.getpid()}"
