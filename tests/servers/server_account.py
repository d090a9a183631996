"""The account that PostgreSQL runs as: it refuses to run as root."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path


def service_account() -> str | None:
    """Return an unprivileged account if these tests run as root, else None (the current one)."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall() if entry.pw_uid != 0}
    for name in ("postgres", "nobody"):
        if name in known:
            return name
    raise RuntimeError("PostgreSQL does not run as root: add an account named postgres or nobody")


def temporary_directory(prefix: str, account: str | None) -> Path:
    """Return a new directory that belongs to `account` and that it can write to."""
    directory = Path(tempfile.mkdtemp(prefix=prefix))
    if account is not None:
        _give(directory, account)
        if not succeeds(["test", "-w", directory], account):
            directory.rmdir()
            raise RuntimeError(
                f"the account {account} cannot enter {directory.parent}: "
                "set TMPDIR to a directory that every account can"
            )
    return directory


def runnable_programs(programs: Path, directory: Path, account: str | None) -> Path:
    """Return the folder `programs`, or a copy below `directory` if `account` cannot run these.

    Other accounts cannot read a wheel installed below root's home. Its programs find
    their libraries and data relative to themselves, so the copy has the same layout:
    PACKAGE/INSTALLATION/bin, and PACKAGE.libs beside it.
    """
    if all(succeeds([programs / name, "--version"], account) for name in ("initdb", "postgres")):
        return programs
    installation = programs.parent
    package = installation.parent
    copied = directory / package.name / installation.name
    skip = shutil.ignore_patterns("include", "*.a")
    shutil.copytree(installation, copied, symlinks=True, ignore=skip)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, directory / libraries.name)
    if account is not None:
        for path in directory.rglob("*"):
            _give(path, account)
    return copied / programs.name


def succeeds(command: Sequence[str | Path], account: str | None) -> bool:
    """Whether `account` can run this command and it succeeds."""
    try:
        return run(command, account).returncode == 0
    except PermissionError:
        return False


def run(
    command: Sequence[str | Path], account: str | None, cwd: Path = Path("/")
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end as `account` and return its result with its output."""
    return subprocess.run(
        command,
        user=account,
        group=None if account is None else pwd.getpwnam(account).pw_gid,
        extra_groups=None if account is None else [],
        cwd=cwd,
        env=server_environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


def server_environment() -> dict[str, str]:
    """Return the part of this environment that is passed to servers."""
    # PGDATA, PGPORT and similar variables, or a locale, would change the server.
    kept = {"PATH", "HOME", "TMPDIR", "LD_LIBRARY_PATH"}
    return {name: value for name, value in os.environ.items() if name in kept} | {"LC_ALL": "C"}


def _give(path: Path, account: str) -> None:
    entry = pwd.getpwnam(account)
    os.chown(path, entry.pw_uid, entry.pw_gid, follow_symlinks=False)
