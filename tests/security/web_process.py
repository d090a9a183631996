"""A web process as an operator starts it, few descriptors, and slow strangers before it."""

import os
import select
import shutil
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from models.database import Database
from models.store.tenants import organizations
from services.public_urls import API_PREFIX
from tests.processes import Process

# A stranger's address. uvicorn trusts 127.0.0.1 as its proxy.
STRANGER = "127.0.0.2"
DESCRIPTORS = 128
# So long may a stranger be held (s), before the test fails.
PATIENCE = 30.0
# The patience (s) of the process that most tests share.
REQUEST_TIMEOUT = 0.7


@dataclass(frozen=True, slots=True)
class WebProcess:
    """`uvicorn api.main:app` with the key of one organization."""

    process: Process
    port: int
    key: str

    def get(self, path: str, key: str | None = None) -> httpx.Response:
        """A request of somebody else's, on a connection of its own."""
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        return httpx.get(f"http://127.0.0.1:{self.port}{path}", headers=headers, timeout=PATIENCE)

    def connect(self, receive_buffer: int | None = None) -> socket.socket:
        """A stranger's connection."""
        caller = socket.socket()
        caller.settimeout(PATIENCE)
        if receive_buffer is not None:
            caller.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        caller.bind((STRANGER, 0))
        caller.connect(("127.0.0.1", self.port))
        return caller

    def count_sockets(self) -> int:
        """How many sockets the process has open."""
        links = Path(f"/proc/{self.process.pid}/fd").iterdir()
        return sum(_target(each).startswith("socket:") for each in links)

    def assert_serves(self) -> None:
        """Health checks and another tenant are answered."""
        assert self.get("/healthz").status_code == 200
        assert self.get(f"{API_PREFIX}/settings", self.key).status_code == 200


def _target(link: Path) -> str:
    try:
        return str(link.readlink())
    except OSError:  # closed in the meantime
        return ""


@contextmanager
def run_web(folder: Path, template: Path, **settings: str) -> Iterator[WebProcess]:
    """Start it on a database of its own. `settings`: without their prefix."""
    path = shutil.copy(template, folder / "slotbeat.db")
    database = Database(f"sqlite:///{path}")
    with database.write() as session:
        _, key = organizations.create(session, "Lantern & Loaf", "simulator")
    database.close()
    values = {"database_url": f"sqlite:///{path}", "media_storage": str(folder), **settings}
    kept = {name: text for name, text in os.environ.items() if not name.startswith("SLOTBEAT_")}
    given = {f"SLOTBEAT_{name.upper()}": text for name, text in values.items()}
    uvicorn = f"'{sys.executable}' -m uvicorn api.main:app --port 0"
    start = ["sh", "-c", f"ulimit -n {DESCRIPTORS}; exec {uvicorn}"]
    with Process(start, folder / "web.log", {**kept, **given}) as process:
        line = process.wait_for_line("Uvicorn running on", PATIENCE)
        port = int(line.partition("127.0.0.1:")[2].split()[0].rstrip("/"))
        yield WebProcess(process, port, key)


def drip(caller: socket.socket, piece: bytes) -> bytes:
    """Send a piece again and again, until the server closes the connection; returns its answer.
    AssertionError where it does not."""
    answer = b""
    for _ in range(int(PATIENCE / 0.1)):
        readable = select.select([caller], [], [], 0.1)[0]
        try:
            found = caller.recv(65_536) if readable else None
            if found == b"":
                return answer
            answer += found or b""
            caller.sendall(piece)
        except ConnectionError:
            return answer
    raise AssertionError(f"the connection is still open, after {answer!r}")
