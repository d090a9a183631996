"""`make herd POSTS=5000`: posts due while the provider is away, and what happens when it is back.

    python -m tests.load.herd --posts 5000 --away 1800 [--return full|errors|429] [--proof FILE]

Exits with 1 if a promise was broken.
"""

import argparse
import signal
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from tests.faults.proof_page import write_proof_page
from tests.load.herd import report
from tests.load.herd.counters import CountersLog
from tests.load.herd.herd_run import HerdRun
from tests.load.load_stack import open_load_stack
from tests.servers.postgres import Postgres
from tests.servers.redis import Redis

Sections = list[tuple[str, str]]


def main() -> int:
    """Run, print the results, and return the exit code."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends the processes
    given = _parser().parse_args()
    settings = _settings(given)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="slotbeat-herd-")))
        postgres, redis = stack.enter_context(Postgres()), stack.enter_context(Redis())
        running = stack.enter_context(open_load_stack(folder, postgres, redis, settings))
        log = stack.enter_context(CountersLog(running))
        run = HerdRun(
            running, given.posts, given.away, given.grace, given.per_slot, given.comes_back,
            say=_say,
        )  # fmt: skip
        run.run()
        counted, lateness, slowest = run.count()
        rows = list(log.rows)
    sections: Sections = [
        ("Settings", _settings_text(given, settings)),
        ("Count", f"{counted}\nrequests: {dict(run.publisher.outcomes)}"),
        ("Outage", _join(report.outage_summary(rows, run.left_at, run.returned_at),
                         report.outage_table(rows, run.left_at, run.returned_at))),
        ("Return", _join(report.recovery_summary(rows, run.returned_at),
                         report.recovery_table(rows, run.returned_at))),
        ("Lateness (s)", "\n".join(map(str, lateness))),
        ("The latest post", slowest),
    ]  # fmt: skip
    for title, text in sections:
        _say(f"\n## {title}\n\n{text}")
    if given.proof is not None:
        write_proof_page(given.proof, "A herd after an outage", _command(given), sections)
    return 1 if counted.violations else 0


def _settings(given: argparse.Namespace) -> dict[str, str]:
    return {
        "LEAD_TIME": "0",  # each post goes out by our own call at its instant
        "MISSED_GRACE": str(given.grace),
        "MISSED_POLICY": given.policy,
        "LATE_SPACING": str(given.spacing),
        "PROVIDER_RATE": str(given.rate),
    }


def _settings_text(given: argparse.Namespace, settings: dict[str, str]) -> str:
    lines = [f"{name} {value}" for name, value in settings.items()]
    lines += [f"maxPostsPerSlot {given.per_slot}", f"posts {given.posts}", f"away {given.away} s"]
    return "\n".join([*lines, f"the provider comes back: {given.comes_back}"])


def _command(given: argparse.Namespace) -> str:
    options = f"--return {given.comes_back} --policy {given.policy} --grace {given.grace:.0f}"
    return f'make herd POSTS={given.posts} ARGS="--away {given.away:.0f} {options}"'


def _join(*parts: str) -> str:
    return "\n\n".join(parts)


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.load.herd")
    parser.add_argument("--posts", type=int, default=5000)
    parser.add_argument("--away", type=float, default=1800, help="seconds")
    parser.add_argument("--grace", type=float, default=900, help="MISSED_GRACE, seconds")
    parser.add_argument("--policy", default="publish_late", help="MISSED_POLICY")
    parser.add_argument("--spacing", type=float, default=5, help="LATE_SPACING, seconds")
    parser.add_argument("--per-slot", type=int, default=10, help="maxPostsPerSlot")
    parser.add_argument("--rate", type=float, default=100, help="PROVIDER_RATE, calls a second")
    parser.add_argument(
        "--return", dest="comes_back", choices=("full", "errors", "429"), default="full",
        help="how the provider is in the first minute after its return",
    )  # fmt: skip
    parser.add_argument("--proof", type=Path, help="the page to write")
    return parser


if __name__ == "__main__":
    sys.exit(main())
