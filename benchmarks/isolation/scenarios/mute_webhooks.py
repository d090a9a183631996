"""20 webhooks of one organization never answer; measured is an event of another."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from sqlalchemy import select

from benchmarks.isolation.isolation_stack import IsolationStack
from benchmarks.isolation.webhook_events import add_endpoints, send_events
from models.tables import WEBHOOK_DELIVERY
from tests.wait import wait_until

TITLE = "20 mute webhooks (an event)"
RECEIVERS = 20
EVENTS = 28  # of each
ANSWER = b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"


@contextmanager
def begin(stack: IsolationStack) -> Iterator[None]:
    """Send 560 events, and wait until the first calls are held."""
    with socket.create_server(("127.0.0.1", 0), backlog=512) as server:
        port, held = server.getsockname()[1], list[socket.socket]()
        thread = threading.Thread(target=_take, args=(server, held), daemon=True)
        thread.start()
        urls = [f"http://127.0.0.1:{port}/{n}" for n in range(RECEIVERS)]
        ids = add_endpoints(stack, stack.organization, urls)
        send_events(stack, stack.organization, ids, EVENTS)
        wait_until(lambda: len(held) >= RECEIVERS, 60, "the held calls")
        yield


def _take(server: socket.socket, held: list[socket.socket]) -> None:
    """Accept each call, and never answer."""
    with suppress(OSError):
        while True:
            held.append(server.accept()[0])


def seconds(stack: IsolationStack, timeout: float) -> float:
    """How long an event of the other organization takes, from its commit to `delivered` (s)."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=_answer, args=(server,), daemon=True).start()
        url = f"http://127.0.0.1:{server.getsockname()[1]}/"
        started = time.monotonic()
        ids = add_endpoints(stack, stack.other, [url])
        [event] = send_events(stack, stack.other, ids, 1)
        with suppress(AssertionError):
            wait_until(lambda: _status(stack, event) == "delivered", timeout, "the event")
    return min(time.monotonic() - started, timeout)


def _answer(server: socket.socket) -> None:
    with suppress(OSError):
        while True:
            call = server.accept()[0]
            call.recv(65536)
            call.sendall(ANSWER)
            call.close()


def _status(stack: IsolationStack, event: str) -> str:
    with stack.database.read() as session:
        query = select(WEBHOOK_DELIVERY.c.status).where(WEBHOOK_DELIVERY.c.id == event)
        return str(session.connection().scalar(query))
