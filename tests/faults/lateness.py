"""How late posts were published, and why the slowest one was: its longest waits."""

import bisect
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from tests.acceptance.reconciliation import LatePost, Post, parse_instant

PERCENTILES = (50, 95, 99)
LONGEST = 4


def format_distribution(late_posts: Sequence[LatePost]) -> str:
    """Percentiles and the maximum (s), from the slot or the acceptance to the last publication."""
    seconds = sorted(max(each.seconds, 0) for each in late_posts)
    if not seconds:
        return "none was published"
    shares = [(f"p{share}", seconds[len(seconds) * share // 100]) for share in PERCENTILES]
    rows = [*shares, ("max", seconds[-1])]
    over = [(f"over {limit} s", len(seconds) - bisect.bisect(seconds, limit)) for limit in (10, 60)]
    return "\n".join(
        [
            *(f"{name:<12} {value:8.1f} s" for name, value in rows),
            *(f"{name:<12} {count:8} of {len(seconds)}" for name, count in over),
        ]
    )


def explain(late: LatePost, post: Post, events: Sequence[tuple[datetime, str]]) -> str:
    """A late post's history in a few lines: its longest waits after it was due, what it waited
    for, and which events of the run fell into each."""
    history = [row for row in post["history"] if parse_instant(row["at"]) <= late.published_at]
    waits = sorted(pairwise(history), key=lambda pair: _overlap(late.due, *pair), reverse=True)
    longest = [each for each in waits[:LONGEST] if _overlap(late.due, *each) > 0]
    last = parse_instant(history[-1]["at"]) if history else late.due
    head = (
        f"{post['caption']}, due {late.due:%H:%M:%S}, published {late.published_at:%H:%M:%S}, "
        f"{late.seconds:.1f} s late, after {len(history)} rows of history"
    )
    parts = [_describe_wait(late.due, *each, events) for each in sorted(longest, key=_start_of)]
    rest = (late.published_at - last).total_seconds()
    return "\n".join([head, *parts, f"  {rest:6.1f} s after its last row: {_say(history[-1])}"])


def _start_of(pair: tuple[Post, Post]) -> datetime:
    return parse_instant(pair[0]["at"])


def _overlap(due: datetime, before: Post, after: Post) -> float:
    """The seconds between two rows of history that lie after the post was due."""
    start = max(parse_instant(before["at"]), due)
    return (parse_instant(after["at"]) - start).total_seconds()


def _describe_wait(
    due: datetime, before: Post, after: Post, events: Sequence[tuple[datetime, str]]
) -> str:
    start, end = parse_instant(before["at"]), parse_instant(after["at"])
    meanwhile = [name for at, name in events if start - timedelta(seconds=1) <= at <= end]
    planned = before["nextAttemptAt"]
    wait = (parse_instant(planned) - start).total_seconds() if planned else 0
    parts = [
        f"  {_overlap(due, before, after):6.1f} s after {_say(before)}",
        f"           its next attempt was planned {wait:.1f} s later" if planned else "",
        f"           then {_say(after)}",
        f"           meanwhile: {_count(meanwhile)}" if meanwhile else "",
    ]
    return "\n".join(filter(None, parts))


def _count(names: Iterable[str]) -> str:
    """Each event once, with how often it came."""
    counts = Counter(names)
    return ", ".join(f"{times} x {name}" if times > 1 else name for name, times in counts.items())


def _say(row: Post) -> str:
    duration = f", {row['durationMs']} ms" if row["durationMs"] is not None else ""
    message = f": {row['message'][:100]}" if row["message"] else ""
    return f"{row['at'][11:19]} {row['subject']} {row['step']} {row['outcome']}{duration}{message}"
