"""Counting: what clients know against what the API shows and what the provider's ledger holds."""

import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256

from tests.acceptance.stack import Stack
from tests.faults.books import RecordingClient, ExpectedPost
from tests.faults.tally import Post, ReconciliationReport, parse_instant, is_settled, describe_post

TOO_LATE = "before the change reached the provider"
# Between two looks at all posts (s): a look costs the machine more than the other waits.
POLL_INTERVAL = 0.5


def wait_and_reconcile(stack: Stack, shelf: Sequence[RecordingClient], timeout: float = 150) -> ReconciliationReport:
    """Wait until every post is at rest, count, and assert that every promise was kept."""
    deadline = time.monotonic() + timeout
    for books in shelf:
        while not all(map(is_settled, books.posts())) and time.monotonic() < deadline:
            time.sleep(POLL_INTERVAL)
    tally = reconcile(stack, shelf)
    assert not tally.violations, f"\n{tally}"
    return tally


def reconcile(stack: Stack, shelf: Iterable[RecordingClient]) -> ReconciliationReport:
    """Compare clients, database and provider, for all organizations of a stack."""
    tally = ReconciliationReport()
    by_caption: dict[str, list[Post]] = defaultdict(list)
    for row in stack.publications():
        by_caption[row["captionSha256"]].append(row)
    for books in shelf:
        posts = books.posts()  # clears up what was in doubt
        known = {post["id"]: post for post in posts}
        for id_ in books.accepted.keys() - known:
            tally.lost += 1
            tally.violations.append(f"accepted and gone: {books.accepted[id_]}")
        tally.violations += [f"nobody asked for {id_}" for id_ in known.keys() - books.accepted]
        for wish in books.expected_posts:
            rows = [row for text in _texts(wish) for row in by_caption.pop(_digest(text), [])]
            _compare(tally, books, wish, known.get(wish.id or ""), rows)
    tally.violations += [f"nobody asked for the publication {rows}" for rows in by_caption.values()]
    _count_spare_drafts(tally, stack)
    return tally


def _compare(tally: ReconciliationReport, books: RecordingClient, wish: ExpectedPost, post: Post | None, rows: list[Post]) -> None:
    """One post: the client's memory, the database's status and the provider's ledger."""
    twice = [key for key, times in _by_profile(rows).items() if times > 1]
    tally.duplicated += bool(twice)
    tally.violations += [f"published twice: {wish} on {profile}" for profile in twice]
    if wish.removed_at is not None and any(
        parse_instant(r["publishedAt"]) > wish.removed_at for r in rows
    ):
        tally.after_removal += 1
        tally.violations.append(f"published after its removal: {wish}")
    if post is None:
        tally.violations += [f"published, though never accepted: {wish}"] if rows else []
        return
    tally.count(post)
    tally.violations += _contradictions(books, wish, post, rows)
    claimed = Counter(each["providerPostId"] for each in post["providerPlatforms"]
                   if each["status"] == "published")  # fmt: skip
    found = Counter(row["postId"] for row in rows)
    if claimed - found:
        tally.lost += 1
        tally.violations.append(f"called published, but is not in the ledger: {describe_post(post)}")


def _contradictions(books: RecordingClient, wish: ExpectedPost, post: Post, rows: list[Post]) -> Iterator[str]:
    """Sentences for whatever the status does not own up to."""
    may = {each["providerPostId"] for each in post["providerPlatforms"]
           if each["status"] in ("published", "unknown")}  # fmt: skip
    if any(row["postId"] not in may for row in rows):
        yield f"out, but its status does not say so: {describe_post(post)} {rows}"
    stale = any(row["captionSha256"] not in map(_digest, wish.captions) for row in rows)
    if stale and not _says_edit_was_late(books, post):
        yield f"published as it stood before an acknowledged edit: {wish}"
    if wish.removed_at is not None and post["status"] != "cancelled":
        yield f"its removal was acknowledged: {describe_post(post)}"
    if post["status"] == "cancelled" and not wish.is_removal_asked:
        yield f"nobody asked for its removal: {describe_post(post)}"
    if any(parse_instant(row["publishedAt"]) < parse_instant(row["publishAt"]) for row in _timed(rows)):
        yield f"published before its instant: {describe_post(post)}"


def _says_edit_was_late(books: RecordingClient, post: Post) -> bool:
    """Whether the post's history says that an edit came too late."""
    history = books.api.call("GET", f"/posts/{post['id']}")["post"]["history"]
    return any(TOO_LATE in (event["message"] or "") for event in history)


def _count_spare_drafts(tally: ReconciliationReport, stack: Stack) -> None:
    """Twins of drafts are litter, no harm; a twin that can go out by itself is a double to come."""
    alive = [each for each in stack.remote_posts() if not each["deleted"]]
    twins = Counter(each["marker"] for each in alive)
    tally.spare_drafts = sum(times - 1 for times in twins.values())
    going = Counter(each["marker"] for each in alive if each["stage"] not in ("IDEA", "DRAFT"))
    tally.violations += [f"two can go out: {marker}" for marker, times in going.items() if times > 1]


def _by_profile(rows: list[Post]) -> Counter[str]:
    return Counter(row["profileId"] for row in rows)


def _timed(rows: list[Post]) -> list[Post]:
    return [row for row in rows if row["publishAt"]]


def _texts(wish: ExpectedPost) -> list[str]:
    return [*wish.captions, *wish.old_captions]


def _digest(caption: str) -> str:
    return sha256(caption.encode()).hexdigest()
