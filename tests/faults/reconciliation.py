"""Compares the records of clients with the API's statuses and with the provider's ledger.

What each count of the report means stands in docs/reliability.md.
"""

import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from functools import partial
from hashlib import sha256

from tests.acceptance.reconciliation import (
    LatePost,
    Post,
    ReconciliationReport,
    count_copies,
    count_published,
    describe_post,
    is_settled,
    parse_instant,
)
from tests.acceptance.stack import Stack
from tests.faults.recording_client import ExpectedPost, RecordingClient
from tests.faults.silence import Told, find_silence

TOO_LATE = "before the change reached the provider"
DRAFT_STAGES = ("IDEA", "DRAFT")
# Between two reads of all posts (s): reading them is more work than other polling.
POLL_INTERVAL = 0.5


def wait_and_reconcile(
    stack: Stack, clients: Sequence[RecordingClient], timeout: float = 150
) -> ReconciliationReport:
    """Wait until every post is settled, reconcile, and assert that no promise was broken."""
    deadline = time.monotonic() + timeout
    for client in clients:
        while not all(map(is_settled, client.posts())) and time.monotonic() < deadline:
            time.sleep(POLL_INTERVAL)
    report = reconcile(stack, clients)
    assert not report.violations, f"\n{report}"
    return report


def reconcile(stack: Stack, clients: Iterable[RecordingClient]) -> ReconciliationReport:
    """Compare clients, database and provider, for all organizations of a stack."""
    return compare_records(stack.publications(), stack.remote_posts(), clients)


def compare_records(
    publications: Iterable[Post],
    remote_posts: Sequence[Post],
    clients: Iterable[RecordingClient],
    told: Told | None = None,
) -> ReconciliationReport:
    """Compare what clients know with the provider's ledger and its posts, and with the API, which
    is read one organization after the other.

    `told`: the events that the organizations' endpoints received, by post; None if there were none.
    """
    report = ReconciliationReport()
    by_caption: dict[str, list[Post]] = defaultdict(list)
    for row in publications:
        by_caption[row["captionSha256"]].append(row)
    files = {each["id"]: each["files"] for each in remote_posts}
    known_drafts: set[str] = set()
    for client in clients:
        posts = client.posts()  # also finds the ids of posts whose answer was lost
        known = {post["id"]: post for post in posts}
        known_drafts.update(
            each["providerPostId"] for post in posts for each in post["providerPlatforms"]
        )
        for id_ in client.accepted.keys() - known:
            report.lost += 1
            report.violations.append(f"accepted and lost: {client.accepted[id_]}")
        report.violations += [
            f"no client published {id_}" for id_ in known.keys() - client.accepted
        ]
        for expected in client.expected_posts:
            rows = [row for text in _texts(expected) for row in by_caption.pop(_digest(text), [])]
            _compare(report, client, expected, known.get(expected.id or ""), rows)
            report.violations += _wrong_files(expected, rows, files)
        for post in posts:
            for sentence in find_silence(client, post, told):
                report.count_silent(sentence)
    report.violations += [
        f"no client asked for the publication {rows}" for rows in by_caption.values()
    ]
    _count_spare_drafts(report, remote_posts, known_drafts)
    return report


def _compare(
    report: ReconciliationReport,
    client: RecordingClient,
    expected: ExpectedPost,
    post: Post | None,
    rows: list[Post],
) -> None:
    """Compare one post: the client's record, the database's status and the provider's ledger."""
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
    if rows:
        report.late_posts.append(_measure_lateness(post, rows))
    report.violations += _contradictions(client, expected, post, rows)
    if count_published([post]) - Counter(row["postId"] for row in rows):
        report.lost += 1
        report.violations.append(
            f"its status is published, but it is not in the ledger: {describe_post(post)}"
        )


def _contradictions(
    client: RecordingClient, expected: ExpectedPost, post: Post, rows: list[Post]
) -> Iterator[str]:
    """A sentence for each fact that the status of the post does not show."""
    may = {each["providerPostId"] for each in post["providerPlatforms"]
           if each["status"] in ("published", "unknown")}  # fmt: skip
    if any(row["postId"] not in may for row in rows):
        yield f"published, but its status is another: {describe_post(post)} {rows}"
    stale = any(row["captionSha256"] not in map(_digest, expected.captions) for row in rows)
    if stale and not _says_edit_was_late(client, post):
        yield f"published with the text before an acknowledged edit: {expected}"
    if expected.removed_at is not None and post["status"] != "cancelled":
        yield f"not cancelled, though its removal was acknowledged: {describe_post(post)}"
    if post["status"] == "cancelled" and not expected.is_removal_asked:
        yield f"cancelled, but no client removed it: {describe_post(post)}"
    if any(map(partial(_is_too_early, expected), rows)):
        yield f"published before its instant: {describe_post(post)} {rows}"


def _measure_lateness(post: Post, rows: list[Post]) -> LatePost:
    """From the instant that the post has now, or its acceptance, to its last publication."""
    due = max(parse_instant(post[name]) for name in ("createdAt", "scheduledFor") if post[name])
    published_at = max(parse_instant(row["publishedAt"]) for row in rows)
    return LatePost((published_at - due).total_seconds(), post["id"], due, published_at)


def _wrong_files(
    expected: ExpectedPost, rows: list[Post], files: dict[str, list[str]]
) -> Iterator[str]:
    """The publications with the text of an edit, and another file than the edit's."""
    for caption, file in expected.files.items():
        for row in rows:
            if row["captionSha256"] == _digest(caption) and files[row["postId"]] != [file]:
                yield f"published with {files[row['postId']]}, not {file}: {expected}"


def _is_too_early(expected: ExpectedPost, row: Post) -> bool:
    """Whether a row of the ledger lies before the instant that was asked for with its caption.

    Where the client asked for none, the provider's own `publishAt` counts. It does not count where
    the client asked: a post that is published late keeps the one that it had before its edit.
    """
    asked = {_digest(caption): instant for caption, instant in expected.instants.items()}
    published_at = parse_instant(row["publishedAt"])
    instant = asked.get(row["captionSha256"])
    if instant is None and row["publishAt"]:
        instant = parse_instant(row["publishAt"])
    # The ledger has milliseconds, the request has microseconds.
    return instant is not None and published_at < instant - timedelta(milliseconds=1)


def _says_edit_was_late(client: RecordingClient, post: Post) -> bool:
    """Whether the post's history says that the edit was too late."""
    history = client.api.call("GET", f"/posts/{post['id']}")["post"]["history"]
    return any(TOO_LATE in (event["message"] or "") for event in history)


def _count_spare_drafts(
    report: ReconciliationReport, remote_posts: Sequence[Post], known: set[str]
) -> None:
    """Count the drafts that no delivery names: they do no harm. Two posts with one marker that are
    no drafts are a violation: both could be published."""
    live = [each for each in remote_posts if not each["deleted"]]
    drafts = [each["id"] for each in live if each["stage"] in DRAFT_STAGES]
    report.spare_drafts = len(set(drafts) - known)
    no_drafts = count_copies(each for each in live if each["stage"] not in DRAFT_STAGES)
    report.violations += [
        f"two can be published: {marker}" for marker, times in no_drafts.items() if times > 1
    ]


def _by_profile(rows: list[Post]) -> Counter[str]:
    return Counter(row["profileId"] for row in rows)


def _texts(expected: ExpectedPost) -> list[str]:
    return [*expected.captions, *expected.old_captions]


def _digest(caption: str) -> str:
    return sha256(caption.encode()).hexdigest()
