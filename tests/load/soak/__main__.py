"""`make soak HOURS=2 RATE=20`: hours at a steady rate, and whether anything grows.

    python -m tests.load.soak --hours 2 --rate 20 [--retention 600] [--proof FILE]

Exits with 1 if a figure grows or a promise was broken. SIGINT or SIGTERM ends the publishing; the
results of what ran until then are printed.
"""

import argparse
import signal
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from tests.acceptance.stack import ApiClient
from tests.faults.proof_page import write_proof_page
from tests.load.load_stack import create_organizations, open_load_stack
from tests.load.publisher import Publisher
from tests.load.soak import report
from tests.load.soak.sampler import Sampler
from tests.load.soak.soak_run import SoakRun
from tests.load.soak.verdicts import judge
from tests.servers.postgres import Postgres
from tests.servers.redis import Redis

ORGANIZATIONS = 10
# A slot opens every minute, so that firings come and go too.
RULES = [{"cron": f"{first}-59/5 * * * *", "timezone": "UTC"} for first in range(5)]
# Two retentions: by then as much is deleted as comes.
WARM_UP_RETENTIONS = 2
TABLE_LINES = 24


def main() -> int:
    """Run, print the results, and return the exit code."""
    given = _parser().parse_args()
    seconds = given.hours * 3600
    retention = given.retention or min(600.0, seconds / 12)
    settings = {"HISTORY_RETENTION": f"{retention:.0f}", "LEAD_TIME": "60"}
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="slotbeat-soak-")))
        postgres, redis = stack.enter_context(Postgres()), stack.enter_context(Redis())
        running = stack.enter_context(open_load_stack(folder, postgres, redis, settings))
        keys = create_organizations(running, ORGANIZATIONS, max_posts_per_slot=5)
        for key in keys:
            api = ApiClient(running.client, running.origin, key)
            api.call("PUT", "/settings", {"queueSlots": RULES})
        sampler = Sampler(running, postgres, redis, given.samples or folder / "samples.jsonl")
        publisher = Publisher(running.origin, keys, folder / "accepted.txt")
        run = SoakRun(running, sampler, publisher, seconds, given.rate, retention / 10, _say)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: run.stop.set())
        run.run()
        counted = run.count()
    warm_up = WARM_UP_RETENTIONS * retention
    verdicts = judge(sampler.samples, warm_up)
    reached = publisher.accepted / max(run.published_for, 1)
    ran = f"{run.published_for / 60:.0f} minutes of {seconds / 60:.0f}, {reached:.1f} posts/s \
accepted of {given.rate:g}, history kept for {retention:.0f} s, pruned {run.prunes} times"
    sections = [
        ("Run", f"{ran}\nrequests: {dict(publisher.outcomes)}"),
        ("Count", str(counted)),
        ("Verdicts", f"{report.rule_text(warm_up)}\n\n{report.verdicts_table(verdicts)}"),
        ("Samples", report.samples_table(sampler.samples, max(seconds / TABLE_LINES, 30))),
    ]
    for title, text in sections:
        _say(f"\n## {title}\n\n{text}")
    if given.proof is not None:
        command = f"make soak HOURS={given.hours:g} RATE={given.rate:g}"
        write_proof_page(given.proof, "A soak", command, sections)
    growing = [each.name for each in verdicts if each.is_fault]
    _say(f"\ngrowing: {', '.join(growing) or 'nothing'}")
    return 1 if growing or counted.violations else 0


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.load.soak")
    parser.add_argument("--hours", type=float, default=2)
    parser.add_argument("--rate", type=float, default=20, help="posts a second")
    parser.add_argument("--retention", type=float, help="HISTORY_RETENTION, s; default: 10 minutes")
    parser.add_argument("--samples", type=Path, help="a file for all samples, as JSON lines")
    parser.add_argument("--proof", type=Path, help="the page to write")
    return parser


if __name__ == "__main__":
    sys.exit(main())
