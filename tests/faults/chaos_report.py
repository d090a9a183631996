"""The report of a chaos run: what was done to it, what became of the posts, and how late they were.

The same sections are printed and kept on the page of the run.
"""

import re
from collections import Counter
from collections.abc import Mapping
from typing import Final

from sqlalchemy import func, select

from models.database import Database
from models.tables import ATTEMPT
from tests.acceptance.reconciliation import ReconciliationReport
from tests.faults.chaos import ChaosRun
from tests.faults.lateness import explain, format_distribution

RETRIES = ("retry", "blocked", "restart", "look")
KILLED, FROZEN = "killed", "frozen"
# Each post has its own: without them, equal reasons are one line.
INSTANT: Final = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d UTC")


def list_sections(
    chaos: ChaosRun, report: ReconciliationReport, seconds: float
) -> list[tuple[str, str]]:
    """The headings and the texts of the report."""
    attempts = count_attempts(chaos.stack.database_url)
    chaos.events.read_provider_counts()
    return [
        ("Count", str(report)),
        ("What was done", _describe_work(chaos, report, attempts, seconds)),
        ("Events", _lines(chaos.events.count_kinds())),
        ("Processes that ended by themselves", _describe_exits(chaos)),
        ("Why posts ended badly", _lines(group_reasons(report.reasons))),
        ("Steps by outcome", _lines(attempts)),
        ("Calls at the provider", _describe_calls(chaos, report)),
        ("Lateness", format_distribution(report.late_posts)),
        ("The slowest post", _explain_slowest(chaos, report)),
    ]


def format_sections(sections: list[tuple[str, str]]) -> str:
    """The report as it is printed."""
    return "\n\n".join(f"{heading}\n{'-' * len(heading)}\n{text}" for heading, text in sections)


def count_attempts(database_url: str) -> Counter[str]:
    """How often each step had each outcome, of all steps that called the provider."""
    database = Database(database_url)
    query = (
        select(ATTEMPT.c.step, ATTEMPT.c.outcome, func.count())
        .where(ATTEMPT.c.duration_ms.is_not(None))
        .group_by(ATTEMPT.c.step, ATTEMPT.c.outcome)
    )
    try:
        with database.read() as session:
            rows = session.connection().execute(query)
            return Counter({f"{step} {outcome}": count for step, outcome, count in rows})
    finally:
        database.close()


def group_reasons(reasons: Mapping[str, int]) -> Counter[str]:
    """How many posts ended for each reason, whatever their instants were."""
    grouped: Counter[str] = Counter()
    for reason, count in reasons.items():
        grouped[INSTANT.sub("its slot", reason)] += count
    return grouped


def _describe_work(
    chaos: ChaosRun, report: ReconciliationReport, attempts: Mapping[str, int], seconds: float
) -> str:
    kinds, expected = chaos.events.count_kinds(), chaos.expected_posts()
    retries = sum(attempts[name] for name in attempts if name.split()[-1] in RETRIES)
    life = sum(max(each.seconds, 0) for each in report.late_posts) / max(len(report.late_posts), 1)
    pace = len(chaos.events.log) / max(seconds, 1)
    return "\n".join(
        [
            f"seed      {chaos.seed}",
            f"seconds   {seconds:.0f}",
            f"kills     {sum(count for name, count in kinds.items() if KILLED in name)}",
            f"freezes   {sum(count for name, count in kinds.items() if FROZEN in name)}",
            f"events    {len(chaos.events.log)}: one every {1 / max(pace, 1e-9):.1f} s",
            f"edits     {sum(len(each.old_captions) for each in expected)} accepted",
            f"removals  {sum(bool(each.removed_at) for each in expected)} acknowledged",
            f"retries   {retries}",
            f"mean time from due to published {life:.1f} s, with {life * pace:.1f} events in it",
        ]
    )


def _describe_exits(chaos: ChaosRun) -> str:
    return "\n".join(map(str, chaos.exits)) or "none"


def _describe_calls(chaos: ChaosRun, report: ReconciliationReport) -> str:
    counts = chaos.events.provider_counts
    calls, faults = counts.get("calls", Counter()), counts.get("faults", Counter())
    per_post = calls.total() / max(report.accepted, 1)
    share = faults.total() / max(calls.total(), 1)
    heads = f"{calls.total()} calls, {per_post:.1f} for each post; {share:.0%} failed or got lost"
    return "\n".join([heads, _lines(calls), "of these, injected:", _lines(faults)])


def _explain_slowest(chaos: ChaosRun, report: ReconciliationReport) -> str:
    if not report.late_posts:
        return "none"
    late = max(report.late_posts)
    client = next(each for each in chaos.clients if late.post_id in each.accepted)
    post = client.api.call("GET", f"/posts/{late.post_id}")["post"]
    return explain(late, post, chaos.events.log)


def _lines(counts: Mapping[str, int]) -> str:
    rows = [f"  {count:7} {name}" for name, count in sorted(counts.items())]
    return "\n".join(rows or ["  none"])
