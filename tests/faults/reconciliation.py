"""Counting: what clients know against what the API shows and what the provider's ledger holds."""

import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256

from tests.acceptance.stack import Stack
from tests.faults.reconciliation_report import (
    Post,
    ReconciliationReport,
    describe_post,
    is_settled,
    parse_instant,
)
from tests.faults.recording_client import ExpectedPost, RecordingClient

TOO_LATE = "before the change reached the provider"
# Between two looks at all posts (s): a look costs the machine more than the other waits.
POLL_INTERVAL = 0.5


def wait_and_reconcile(
    stack: Stack, clients: Sequence[RecordingClient], timeout: float = 150
) -> ReconciliationReport:
    """Wait until every post is at rest, count, and assert that every promise was kept."""
    deadline = time.monotonic() + timeout
    for client in clients:
        while not all(map(is_settled, client.posts())) and time.monotonic() < deadline:
            time.sleep(POLL_INTERVAL)
    report = reconcile(stack, clients)
    assert not report.violations, f"\n{report}"
    return report


def reconcile(stack: Stack, clients: Iterable[RecordingClient]) -> ReconciliationReport:
    """Compare clients, database and provider, for all organizations of a stack."""
    report = ReconciliationReport()
    by_caption: dict[str, list[Post]] = defaultdict(list)
    for row in stack.publications():
        by_caption[row["captionSha256"]].append(row)
    for client in clients:
        posts = client.posts()  # clears up what was in doubt
        known = {post["id"]: post for post in posts}
        for id_ in client.accepted.keys() - known:
            report.lost += 1
            report.violations.append(f"accepted and gone: {client.accepted[id_]}")
        report.violations += [f"nobody asked for {id_}" for id_ in known.keys() - client.accepted]
        for expected in client.expected_posts:
            rows = [row for text in _texts(expected) for row in by_caption.pop(_digest(text), [])]
            _compare(report, client, expected, known.get(expected.id or ""), rows)
    report.violations += [
        f"nobody asked for the publication {rows}" for rows in by_caption.values()
    ]
    _count_spare_drafts(report, stack)
    return report


def _compare(
    report: ReconciliationReport,
    client: RecordingClient,
    expected: ExpectedPost,
    post: Post | None,
    rows: list[Post],
) -> None:
    """One post: the client's memory, the database's status and the provider's ledger."""
    twice = [key for key, times in _by_profile(rows).items() if times > 1]
    report.duplicated += bool(twice)
    report.violations += [f"published twice: {expected} on {profile}" for profile in twice]
    if expected.removed_at is not None and any(
        parse_instant(r["publishedAt"]) > expected.removed_at for r in rows
    ):
        report.after_removal += 1
        report.violations.append(f"published after its removal: {expected}")
    if post is None:
        report.violations += [f"published, though never accepted: {expected}"] if rows else []
        return
    report.count(post)
    report.violations += _contradictions(client, expected, post, rows)
    claimed = Counter(each["providerPostId"] for each in post["providerPlatforms"]
                   if each["status"] == "published")  # fmt: skip
    found = Counter(row["postId"] for row in rows)
    if claimed - found:
        report.lost += 1
        report.violations.append(
            f"called published, but is not in the ledger: {describe_post(post)}"
        )


def _contradictions(
    client: RecordingClient, expected: ExpectedPost, post: Post, rows: list[Post]
) -> Iterator[str]:
    """Sentences for whatever the status does not own up to."""
    may = {each["providerPostId"] for each in post["providerPlatforms"]
           if each["status"] in ("published", "unknown")}  # fmt: skip
    if any(row["postId"] not in may for row in rows):
        yield f"out, but its status does not say so: {describe_post(post)} {rows}"
    stale = any(row["captionSha256"] not in map(_digest, expected.captions) for row in rows)
    if stale and not _says_edit_was_late(client, post):
        yield f"published as it stood before an acknowledged edit: {expected}"
    if expected.removed_at is not None and post["status"] != "cancelled":
        yield f"its removal was acknowledged: {describe_post(post)}"
    if post["status"] == "cancelled" and not expected.is_removal_asked:
        yield f"nobody asked for its removal: {describe_post(post)}"
    if any(
        parse_instant(row["publishedAt"]) < parse_instant(row["publishAt"]) for row in _timed(rows)
    ):
        yield f"published before its instant: {describe_post(post)}"


def _says_edit_was_late(client: RecordingClient, post: Post) -> bool:
    """Whether the post's history says that an edit came too late."""
    history = client.api.call("GET", f"/posts/{post['id']}")["post"]["history"]
    return any(TOO_LATE in (event["message"] or "") for event in history)


def _count_spare_drafts(report: ReconciliationReport, stack: Stack) -> None:
    """Twins of drafts are litter, no harm; a twin that can go out by itself is a double to come."""
    alive = [each for each in stack.remote_posts() if not each["deleted"]]
    twins = Counter(each["marker"] for each in alive)
    report.spare_drafts = sum(times - 1 for times in twins.values())
    going = Counter(each["marker"] for each in alive if each["stage"] not in ("IDEA", "DRAFT"))
    report.violations += [
        f"two can go out: {marker}" for marker, times in going.items() if times > 1
    ]


def _by_profile(rows: list[Post]) -> Counter[str]:
    return Counter(row["profileId"] for row in rows)


def _timed(rows: list[Post]) -> list[Post]:
    return [row for row in rows if row["publishAt"]]


def _texts(expected: ExpectedPost) -> list[str]:
    return [*expected.captions, *expected.old_captions]


def _digest(caption: str) -> str:
    return sha256(caption.encode()).hexdigest()
