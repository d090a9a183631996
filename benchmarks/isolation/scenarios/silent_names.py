"""20 webhooks of one organization have names whose name server never answers.

It needs a machine whose own name server is silent, such as a mount namespace:
    echo nameserver 127.0.0.99 > /tmp/silent.conf
    sudo unshare -m sh -c 'mount --bind /tmp/silent.conf /etc/resolv.conf && make bench-isolation \
        ARGS="--scenarios silent-names"'
"""

import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks.isolation.isolation_stack import IsolationStack
from benchmarks.isolation.webhook_events import add_endpoints, send_events

TITLE = "20 silent name servers"
NAME_SERVER = ("127.0.0.99", 53)
NAMES = 20
FIRST_EVENTS = 21  # of each
# One more event of each this often (s): 8 a second.
INTERVAL = NAMES / 8


def _is_silent() -> bool:
    """Whether the system's look-up of such a name is still under way after two seconds."""
    asked = threading.Thread(target=_look_up, daemon=True)
    asked.start()
    asked.join(2)
    return asked.is_alive()


def _look_up() -> None:
    try:
        socket.getaddrinfo("h.tarpit.example", 443)
    except OSError:
        return


@contextmanager
def begin(stack: IsolationStack) -> Iterator[None]:
    """Send 420 events, and 8 more a second until the end."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(NAME_SERVER)
        if not _is_silent():
            sys.exit(f"silent-names: the name server of this machine must be silent: {__doc__}")
        urls = [f"https://h{n}.tarpit.example/" for n in range(NAMES)]
        ids = add_endpoints(stack, stack.organization, urls)
        send_events(stack, stack.organization, ids, FIRST_EVENTS)
        ended = threading.Event()
        trickle = threading.Thread(target=_trickle, args=(stack, ids, ended))
        trickle.start()
        try:
            yield
        finally:
            ended.set()
            trickle.join()


def _trickle(stack: IsolationStack, ids: list[str], ended: threading.Event) -> None:
    while not ended.wait(INTERVAL):
        send_events(stack, stack.organization, ids, 1)
