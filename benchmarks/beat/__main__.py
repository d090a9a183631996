"""`python -m benchmarks.beat`: compares our beat with others, in one run."""

import argparse
import json
import os
import signal
import sys

from benchmarks.beat import aims, arithmetic, report
from benchmarks.beat.candidates.registry import CANDIDATES
from benchmarks.beat.compare import ComparisonPlan, compare_candidates

SIZES = "1000,100000,1000000"
BURSTS = [100, 10_000]
FULL_BURST = 100_000
# The others take minutes for what these do in seconds.
DEFAULT = "ours-postgres,redbeat,ours-sqlite"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.beat", description=__doc__)
    parser.add_argument("--sizes", default=SIZES, help="numbers of rules (default: %(default)s)")
    parser.add_argument("--full", action="store_true", help="a burst of 100,000 as well")
    parser.add_argument(
        "--candidates", default=DEFAULT, help=f"or all: {','.join(CANDIDATES)}; default: {DEFAULT}"
    )
    parser.add_argument(
        "--limit", type=float, default=300, help="seconds for one candidate's phase"
    )
    parser.add_argument("--json", action="store_true", help="all figures as JSON")
    return parser.parse_args()


def main() -> None:
    """Compare, and print the tables; progress goes to stderr."""
    # Like Ctrl-C: stops the servers and the candidate too.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    given = _arguments()
    plan = ComparisonPlan(
        sizes=[int(size) for size in given.sizes.split(",")],
        bursts=[*BURSTS, FULL_BURST] if given.full else BURSTS,
        candidates=list(CANDIDATES) if given.candidates == "all" else given.candidates.split(","),
        limit=given.limit,
    )
    rates = arithmetic.next_fire_rates()
    results: report.Results = {}
    for size, name, figures in compare_candidates(plan):
        results.setdefault(size, {})[name] = figures
        load = os.getloadavg()[0]
        sys.stderr.write(f"{size:,} {name} (load {load:.1f}): {json.dumps(figures)}\n")
    if given.json:
        written = json.dumps({"results": results, "arithmetic": rates}, indent=2)
    else:
        found = aims.aims(results, rates)
        parts = [report.table(results), report.rates(rates), aims.aims_table(found)]
        written = "\n\n".join([*parts, aims.aims_line(found)])
    sys.stdout.write(written + "\n")


if __name__ == "__main__":
    main()
