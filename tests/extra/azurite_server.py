"""Runs the Azure Blob emulator Azurite on a free port, and signs links for it."""

import hashlib
import hmac
import subprocess
from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

import httpx

from tests.servers.ports import free_port
from tests.wait import wait_until

PROGRAM = Path(__file__).parent / "node_modules" / ".bin" / "azurite-blob"
ACCOUNT = "devstoreaccount1"
# The emulator's fixed key, from its manual.
KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
VERSION = "2018-11-09"
CONTAINER = "uploads"


@dataclass(frozen=True, slots=True)
class Azurite:
    """A running emulator; `origin` is `http://127.0.0.1:PORT`."""

    origin: str

    def link(self, blob: str, rights: str, lasts: timedelta = timedelta(minutes=15)) -> str:
        """A signed link to a blob. `rights`: r to read, c to create, w to write."""
        until = (datetime.now(UTC) + lasts).strftime("%Y-%m-%dT%H:%M:%SZ")
        path = f"/{ACCOUNT}/{CONTAINER}/{blob}"
        # Rights, start, end, resource, id, address, protocol, version, kind, snapshot, headers.
        text = [rights, "", until, f"/blob{path}", "", "", "", VERSION, "b", *[""] * 6]
        query = {"sv": VERSION, "sr": "b", "sp": rights, "se": until, "sig": _signed(text)}
        return f"{self.origin}{path}?{urlencode(query)}"

    def read(self, blob: str) -> httpx.Response:
        """Download a blob."""
        return httpx.get(self.link(blob, "r"))

    def make_container(self) -> None:
        """Create the container of all blobs."""
        now = datetime.now(UTC).strftime("%a, %d %b %Y %H:%M:%S GMT")
        path = f"/{ACCOUNT}/{CONTAINER}"
        text = ["PUT", *[""] * 11, f"x-ms-date:{now}", f"x-ms-version:{VERSION}"]
        headers = {
            "x-ms-date": now,
            "x-ms-version": VERSION,
            "Authorization": "SharedKey "
            f"{ACCOUNT}:{_signed([*text, f'/{ACCOUNT}{path}', 'restype:container'])}",
        }
        answer = httpx.put(f"{self.origin}{path}?restype=container", headers=headers)
        assert answer.status_code == 201, answer.text


def _signed(lines: list[str]) -> str:
    digest = hmac.new(b64decode(KEY), "\n".join(lines).encode(), hashlib.sha256)
    return b64encode(digest.digest()).decode()


@contextmanager
def run_azurite(folder: Path) -> Iterator[Azurite]:
    """Run the emulator with its files in `folder`."""
    assert PROGRAM.exists(), f"{PROGRAM} is missing: run `make test-extra`"
    port = free_port()
    command = [str(PROGRAM), "--blobHost", "127.0.0.1", "--blobPort", str(port), "--silent"]
    with (folder / "azurite.log").open("wb") as log:
        process = subprocess.Popen(
            [*command, "--location", str(folder), "--disableTelemetry"],
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            emulator = Azurite(f"http://127.0.0.1:{port}")
            wait_until(lambda: _is_ready(emulator, process), 60, "Azurite")
            emulator.make_container()
            yield emulator
        finally:
            process.terminate()
            process.wait(30)


def _is_ready(emulator: Azurite, process: "subprocess.Popen[bytes]") -> bool:
    assert process.poll() is None, "Azurite has exited; see azurite.log"
    try:
        return httpx.get(emulator.origin).status_code > 0
    except httpx.TransportError:
        return False
