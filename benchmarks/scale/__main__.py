"""`python -m benchmarks.scale`: the figures of docs/scale.md."""

import argparse
import json
import signal
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from benchmarks.pipeline.environment import open_environment
from benchmarks.scale import report
from benchmarks.scale.dispatch_rate import measure_dispatch
from benchmarks.scale.post_costs import measure_costs
from benchmarks.scale.server_counters import CountingPostgres
from tests.servers import Redis


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale", description=__doc__)
    parser.add_argument("--posts", default="1000,4000", help="default: %(default)s")
    parser.add_argument("--jobs", type=int, default=40_000, help="to dispatch; 0: none")
    parser.add_argument("--beats", default="1,2", help="default: %(default)s")
    return parser.parse_args()


def main() -> None:
    """Measure, and print the tables; figures as JSON go to stderr."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    given = _arguments()
    with CountingPostgres() as postgres, Redis() as redis:
        for count in filter(None, map(int, given.posts.split(","))):
            with open_environment(postgres, redis, "photo", 1.0) as environment:
                costs = measure_costs(environment, count)
            sys.stderr.write(json.dumps(asdict(costs)) + "\n")
            title = f"### {count:,} posts in {costs.seconds:.0f} s"
            parts = [title, report.costs_table(costs), report.tables_table(costs)]
            sys.stdout.write("\n\n".join(parts) + "\n\n")
        if given.jobs:
            with tempfile.TemporaryDirectory() as name:
                found = {
                    beats: measure_dispatch(postgres, Path(name), given.jobs, beats)
                    for beats in map(int, given.beats.split(","))
                }
            sys.stdout.write(f"### Dispatch\n\n{report.dispatch_table(found)}\n")


if __name__ == "__main__":
    main()
