"""The page of a long run in `docs/proof`: what ran, on which commit and machine, and its result."""

import os
import platform
import subprocess
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Final

from tests.paths import ROOT

PACKAGES: Final = ("celery", "sqlalchemy", "psycopg", "httpx")
GIBIBYTE: Final = 2**30


def write_proof_page(
    path: Path,
    title: str,
    command: str,
    sections: Iterable[tuple[str, str]],
    servers: Mapping[str, str] | None = None,
) -> None:
    """Write a run's page. `command` repeats the run; `sections` are headings with the run's own
    output, kept as it was printed; `servers` are the versions of the servers by name."""
    facts = {
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "commit": describe_commit(ROOT),
        "machine": describe_machine(),
        "software": ", ".join(_versions(servers or {})),
        "command": f"`{command}`",
    }
    rows = "\n".join(f"| {name} | {value} |" for name, value in facts.items())
    parts = [f"# {title}", f"| | |\n|---|---|\n{rows}"]
    parts += [f"## {heading}\n\n```\n{text.rstrip()}\n```" for heading, text in sections]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n\n".join(parts) + "\n")


def describe_commit(folder: Path) -> str:
    """The commit that is checked out, and whether files differ from it."""
    commit = _git(folder, "rev-parse", "--short=12", "HEAD")
    changed = _git(folder, "status", "--porcelain", "--untracked-files=no")
    return f"{commit}, with {len(changed.splitlines())} changed files" if changed else commit


def describe_machine() -> str:
    """Cores, memory, processor and system of this machine."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / GIBIBYTE
    cores = len(os.sched_getaffinity(0))
    return f"{cores} cores ({_processor()}), {memory:.0f} GiB, {platform.system()}"


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _versions(servers: Mapping[str, str]) -> Iterable[str]:
    yield f"Python {platform.python_version()}"
    yield from (f"{name} {version(name)}" for name in PACKAGES)
    yield from (f"{name} {number}" for name, number in servers.items())


def _git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", *arguments], cwd=folder, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()
