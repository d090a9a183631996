"""Runs an S3 server (s3rver) with one bucket, on a free port."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.servers.ports import free_port
from tests.wait import wait_until

PROGRAM = Path(__file__).parent / "node_modules" / ".bin" / "s3rver"
# The server's fixed id and secret, from its manual.
KEY = "S3RVER"
BUCKET = "files"


@dataclass(frozen=True, slots=True)
class Bucket:
    """A running server with one bucket; `origin` is `http://127.0.0.1:PORT`."""

    origin: str

    @property
    def settings(self) -> dict[str, str]:
        """The settings that make Slotbeat store files in this bucket."""
        return {
            "media_storage": f"s3://{BUCKET}/own",
            "media_s3_endpoint": self.origin,
            "media_s3_access_key_id": KEY,
            "media_s3_secret_access_key": KEY,
        }


@contextmanager
def run_s3(folder: Path) -> Iterator[Bucket]:
    """Run the server with its objects in `folder`."""
    assert PROGRAM.exists(), f"{PROGRAM} is missing: run `make test-extra`"
    port = free_port()
    command = [str(PROGRAM), "-a", "127.0.0.1", "-p", str(port), "-d", str(folder), "--silent"]
    with (folder / "s3rver.log").open("wb") as log:
        process = subprocess.Popen(
            [*command, "--configure-bucket", BUCKET], stdout=log, stderr=subprocess.STDOUT
        )
        try:
            bucket = Bucket(f"http://127.0.0.1:{port}")
            wait_until(lambda: _is_ready(bucket, process), 60, "s3rver")
            yield bucket
        finally:
            process.terminate()
            process.wait(30)


def _is_ready(bucket: Bucket, process: "subprocess.Popen[bytes]") -> bool:
    assert process.poll() is None, "s3rver has exited; see s3rver.log"
    try:
        return httpx.get(bucket.origin).status_code > 0
    except httpx.TransportError:
        return False
