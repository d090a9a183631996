"""`make stampede RULES=100000`: rules that all fire at the same minute.

    python -m tests.load.stampede --rules 100000 [--jitter] [--proof FILE]

Exits with 1 if a firing was lost or doubled, or a seat is wrong.
"""

import argparse
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from tests.faults.proof_page import write_proof_page
from tests.load.load_stack import open_load_stack
from tests.load.stampede.rule_herd import ZONES
from tests.load.stampede.stampede_run import StampedeRun
from tests.servers.postgres import Postgres
from tests.servers.redis import Redis

LINES = 30


def main() -> int:
    """Run, print the results, and return the exit code."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends the processes
    given = _parser().parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="slotbeat-rules-")))
        postgres, redis = stack.enter_context(Postgres()), stack.enter_context(Redis())
        running = stack.enter_context(open_load_stack(folder, postgres, redis, {}))
        run = StampedeRun(running, given.rules, given.waiting, given.jitter, given.limit, _say)
        run.run()
        violations = run.violations()
        others = run.others()
    wrong = [f"WRONG: {count} {name}" for name, count in violations.items()]
    sections = [
        ("Run", _describe(given)),
        ("Count", "\n".join(wrong or ["wrong: none; each rule fired once, no seat is doubled"])),
        ("Times", "\n".join(_times(run))),
        ("Other posts (s)", others),
        ("Progress", "\n".join(_progress(run))),
    ]  # fmt: skip
    for title, text in sections:
        _say(f"\n## {title}\n\n{text}")
    if given.proof is not None:
        options = ' ARGS="--jitter"' if given.jitter else ""
        command = f"make stampede RULES={given.rules}{options}"
        write_proof_page(given.proof, "A stampede of rules", command, sections)
    return 1 if violations else 0


def _describe(given: argparse.Namespace) -> str:
    return (
        f"{given.rules} rules of {given.rules // len(ZONES)} organizations, {given.waiting} posts "
        f"in backlogs, jitter {'on' if given.jitter else 'off'}"
    )


def _times(run: StampedeRun) -> Iterator[str]:
    opened = next((row.at for row in run.rows if row.fired >= run.rules), None)
    yield f"all slots opened     {_since(run, opened)} after the first was due"
    handled = run.rows[-1].at if not run.rows[-1].left else None
    yield f"all jobs of slots    {_since(run, handled)}"
    yield f"a beat was killed    {_since(run, run.killed_at)}"
    for name, (count, seconds) in run.ticks.items():
        yield f"ticks of {name}: {count:.0f}, {seconds / max(count, 1) * 1000:.1f} ms each"
    for name in ("beat", "second beat"):
        sizes = [row.memory[name] for row in run.rows]
        yield f"memory of the {name}: {sizes[0]:.0f} MiB before, {max(sizes):.0f} at most"


def _progress(run: StampedeRun) -> Iterator[str]:
    yield f"{'s':>6} {'opened':>8} {'jobs left':>10} {'beat MiB':>9} {'2nd MiB':>8}"
    step = max(1, len(run.rows) // LINES)
    for row in run.rows[::step]:
        beat, second = row.memory["beat"], row.memory["second beat"]
        at = row.at - run.began
        yield f"{at:6.0f} {row.fired:8d} {row.left:10d} {beat:9.0f} {second:8.0f}"


def _since(run: StampedeRun, at: float | None) -> str:
    return "never" if at is None else f"{at - run.began:6.1f} s"


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.load.stampede")
    parser.add_argument("--rules", type=int, default=100_000)
    parser.add_argument("--waiting", type=int, default=500, help="posts in backlogs")
    parser.add_argument("--jitter", action="store_true", help="as in production; else all at once")
    parser.add_argument("--limit", type=float, default=3600, help="seconds, at most")
    parser.add_argument("--proof", type=Path, help="the page to write")
    return parser


if __name__ == "__main__":
    sys.exit(main())
