"""`python -m benchmarks.bluesky`: how late posts are at Bluesky's own server."""

import argparse
import os
import signal
import sys
import tempfile
from pathlib import Path

from benchmarks.bluesky import measure
from benchmarks.bluesky.commit_stream import CommitStream
from benchmarks.bluesky.network import ACCOUNTS, run_network
from benchmarks.markdown_table import table_head, table_row

HEAD = ["", "p50", "p99", "worst"]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.bluesky", description=__doc__)
    parser.add_argument("--single", type=int, default=10, help="posts one by one (%(default)s)")
    parser.add_argument("--burst", type=int, default=100, help="posts at once (%(default)s)")
    return parser.parse_args()


def _row(title: str, values: list[float]) -> str:
    figures = [measure.percentile(values, 0.5), measure.percentile(values, 0.99), values[-1]]
    return table_row([title, *(f"{each:.2f} s" for each in figures)])


def main() -> None:
    """Measure in one run, and print the table."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    given = _arguments()
    with (
        tempfile.TemporaryDirectory() as folder,
        run_network(Path(folder)) as network,
        CommitStream(network.pds.url.replace("http", "ws", 1)) as stream,
    ):
        single = measure.measure_single(network, stream, given.single)
        direct = measure.measure_direct(network, stream, given.burst)
        burst = measure.measure_burst(network, stream, given.burst)
        again = measure.measure_direct(network, stream, given.burst)
    rows = [
        _row(f"{given.single} single posts: the record's time after its slot", single.created),
        _row("the same: the commit after its slot", single.committed),
        _row(f"{given.burst} posts on {ACCOUNTS} accounts at once: the record's time",
             burst.created),
        _row("the same: the commit", burst.committed),
        _row("the same records written directly, before: the commit", direct),
        _row("the same records written directly, afterwards: the commit", again),
    ]  # fmt: skip
    ours, plain = (measure.percentile(each, 0.99) for each in (burst.committed, direct))
    ratio = f"p99 of the commits: ours {ours:.2f} s, directly {plain:.2f} s: {ours / plain:.2f}×"
    lines = [*table_head(HEAD), *rows, "", ratio, f"load of the machine: {os.getloadavg()[0]:.1f}"]
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
