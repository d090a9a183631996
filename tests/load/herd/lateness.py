"""How late each post was published, by what its instant asked for."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import LiteralString

import psycopg

LATENESS: LiteralString = """
SELECT CASE WHEN coalesce(scheduled_for, accepted_at) < %(grace)s THEN 'past its grace'
            ELSE 'within its grace' END || ', '
       || CASE WHEN late_at IS NULL THEN 'without a turn' ELSE 'in its turn' END,
       extract(epoch FROM published_at_provider - coalesce(scheduled_for, accepted_at))
FROM post JOIN delivery ON delivery.post_id = post.id
JOIN (SELECT remote_id, min(published_at) AS published_at_provider FROM ledger GROUP BY remote_id)
     AS publication USING (remote_id)
"""
SLOWEST: LiteralString = """
SELECT post.id, min(ledger.published_at) - coalesce(scheduled_for, accepted_at) AS late,
       coalesce(scheduled_for, accepted_at), late_at, min(ledger.published_at)
FROM post JOIN delivery ON delivery.post_id = post.id JOIN ledger USING (remote_id)
GROUP BY post.id ORDER BY late DESC LIMIT 1
"""
HISTORY: LiteralString = """
SELECT at, step, outcome, http_status, coalesce(error, '') FROM attempt
WHERE post_id = %s ORDER BY id
"""


@dataclass(frozen=True, slots=True)
class Lateness:
    """Of one group of posts (s)."""

    group: str
    posts: int
    median: float
    p95: float
    most: float

    def __str__(self) -> str:
        figures = f"p50 {self.median:7.1f}  p95 {self.p95:7.1f}  max {self.most:7.1f}"
        return f"{self.group:<36} {self.posts:>6} posts  {figures}"


def read_lateness(connection: psycopg.Connection, grace_from: datetime) -> list[Lateness]:
    """By group; posts that were due before `grace_from` were past their grace at the return."""
    by_group: dict[str, list[float]] = {}
    for group, seconds in connection.execute(LATENESS, {"grace": grace_from}):
        by_group.setdefault(group, []).append(float(seconds))
    return [summarize(group, seconds) for group, seconds in sorted(by_group.items())]


def summarize(group: str, seconds: Sequence[float]) -> Lateness:
    """The figures of a group. Pure."""
    ordered = sorted(seconds)
    p95 = ordered[min(len(ordered) - 1, len(ordered) * 95 // 100)]
    return Lateness(group, len(ordered), statistics.median(ordered), p95, ordered[-1])


def describe_slowest(connection: psycopg.Connection) -> str:
    """The latest post, with its history."""
    row = connection.execute(SLOWEST).fetchone()
    if row is None:
        return "no post was published"
    id_, late, instant, turn, published = row
    lines = [f"{id_}: due {instant}, its turn {turn}, published {published}, late {late}"]
    lines += ["  ".join(map(str, event)) for event in connection.execute(HISTORY, (id_,))]
    return "\n".join(lines)
