"""The options of a sandbox, their command-line flags, and their validation."""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from simulator.bluesky.faults import RANDOM_KINDS
from simulator.options import BadOption

Limit = tuple[int, int]

DAY: Final = 24 * 60 * 60


@dataclass(frozen=True)
class SandboxOptions:
    """All options of a sandbox.

    `port` 0 takes a free one. `accounts` exist from the start: (handle, app password). `public_url`
    is the address in DID documents, where a proxy stands before the sandbox. Limits are (points,
    seconds): of new sessions for an identifier, of writes (create 3, put 2, delete 1) and of
    uploads for an account; None is no limit. `blob_limit` is the most bytes of an upload. `faults`
    is the share of calls that fail at random, `seed` their seed.
    """

    host: str = "127.0.0.1"
    port: int = 0
    accounts: tuple[tuple[str, str], ...] = ()
    public_url: str | None = None
    jwt_secret: str = field(default="the-secret-of-the-tests-for-tokens", repr=False)
    admin_password: str = field(default="the-password-of-the-tests", repr=False)
    session_limit: Limit | None = (30, 300)
    write_limit: Limit | None = (5000, 3600)
    upload_limit: Limit | None = (1000, DAY)
    blob_limit: int = 5 * 1024 * 1024
    access_seconds: int = 2 * 60 * 60
    refresh_seconds: int = 90 * DAY
    faults: float = 0.0
    fault_kinds: tuple[str, ...] = RANDOM_KINDS
    faults_in_a_row: int = 3
    seed: int = 7
    hang: float = 30.0

    def __post_init__(self) -> None:
        """Raise BadOption for an impossible value."""
        if not 0 <= self.faults <= 1:
            raise BadOption("faults must be between 0 and 1")
        for name in ("blob_limit", "access_seconds", "refresh_seconds", "hang"):
            if getattr(self, name) < 0:
                raise BadOption(f"{name} must not be negative")


def parse_sandbox_options(arguments: Sequence[str]) -> SandboxOptions:
    """Read the command line; exits with a usage message, as argparse does, when it is wrong."""
    parser = _parser()
    flags = {k: v for k, v in vars(parser.parse_args(arguments)).items() if v is not None}
    for name in _LIMITS & flags.keys():
        flags[name] = tuple(flags[name])
    if "accounts" in flags:
        flags["accounts"] = tuple(tuple(account) for account in flags["accounts"])
    try:
        return SandboxOptions(**flags)
    except BadOption as error:
        parser.error(str(error))


_LIMITS: Final = {"session_limit", "write_limit", "upload_limit"}


def _parser() -> argparse.ArgumentParser:
    # No defaults here: they are those of the dataclass.
    parser = argparse.ArgumentParser(
        prog="python -m simulator --network bluesky", argument_default=None
    )
    parser.add_argument("--port", type=int, required=True, help="0 takes a free one")
    parser.add_argument("--host")
    parser.add_argument(
        "--account", dest="accounts", nargs=2, action="append", metavar=("HANDLE", "APP_PASSWORD")
    )
    parser.add_argument("--public-url", help="the address in DID documents, of a proxy")
    for name in sorted(_LIMITS):
        flag = f"--{name.replace('_', '-')}"
        parser.add_argument(flag, nargs=2, type=int, metavar=("POINTS", "SECONDS"))
    parser.add_argument("--blob-limit", type=int, help="most bytes of an upload")
    parser.add_argument("--faults", type=float, help="share of calls that fail, 0 to 1")
    parser.add_argument("--seed", type=int, help="of the random faults")
    parser.add_argument("--hang", type=float, help="seconds a hanging call stays silent")
    return parser
