"""`python -m benchmarks.api`: publish and next-slot for organizations with thousands of posts."""

import argparse
import asyncio
import json
import os
import signal
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path

from benchmarks.api import report, seed_data
from benchmarks.api.api_stack import ApiStack, run_stack
from benchmarks.api.measure import REQUEST_KINDS, LatencyFigures, LoadProfile, measure_latency


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.api", description=__doc__)
    parser.add_argument("--posts", type=int, default=10_000, help="queued (%(default)s)")
    parser.add_argument("--rate", type=float, default=50, help="requests a second (%(default)s)")
    parser.add_argument("--seconds", type=float, default=30, help="for each run (%(default)s)")
    parser.add_argument("--cases", default=",".join(seed_data.CASES), help="default: %(default)s")
    parser.add_argument("--kinds", default=",".join(REQUEST_KINDS), help="default: %(default)s")
    parser.add_argument("--json", action="store_true", help="all figures as JSON")
    return parser.parse_args()


RunResult = tuple[str, str, LatencyFigures, LatencyFigures]


def _runs(stack: ApiStack, given: argparse.Namespace) -> Iterator[RunResult]:
    """Each kind of request, for an organization with a queue, then for one without."""
    load = LoadProfile(given.rate, given.seconds)
    for name in given.cases.split(","):
        case = seed_data.CASES[name]
        key = seed_data.create_organization(stack.database, stack.cipher, case, given.posts)
        empty = replace(case, title="no queue", shorts_per_week=0)
        control = seed_data.create_organization(stack.database, stack.cipher, empty, 0)
        for kind in given.kinds.split(","):
            figures, control_figures = (
                asyncio.run(measure_latency(stack, each, case, kind, load))
                for each in (key, control)
            )
            yield name, kind, figures, control_figures


def main() -> None:
    """Measure, and print the table and the aims; progress goes to stderr."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    given = _arguments()
    results: dict[tuple[str, str], tuple[LatencyFigures, LatencyFigures]] = {}
    with tempfile.TemporaryDirectory() as folder, run_stack(Path(folder)) as stack:
        for name, kind, figures, control in _runs(stack, given):
            results[name, kind] = (figures, control)
            line = json.dumps({"queue": asdict(figures), "control": asdict(control)})
            sys.stderr.write(f"{name} {kind} (load {os.getloadavg()[0]:.1f}): {line}\n")
        if given.json:
            figures_by_name = {f"{n} {k}": [asdict(f) for f in v] for (n, k), v in results.items()}
            sys.stdout.write(json.dumps(figures_by_name, indent=2) + "\n")
            return
    sys.stdout.write(f"{report.table(results)}\n\n{report.aims_line(results)}\n")


if __name__ == "__main__":
    main()
