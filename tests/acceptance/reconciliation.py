"""Compares what the API says about posts with what the provider's double really published."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.acceptance.stack import Stack

# The statuses of a post that did not go out as it was asked: each needs a reason.
ENDED = ("failed", "partial", "missed", "unknown")
SETTLED = {"published", "cancelled", "rejected", *ENDED}
# A delivery in one of these needs no further step before the post's instant.
PREPARED = {"draft": {"created", "failed"}, "scheduled": {"scheduled"}}
# The post as the API shows it, or as the provider's double does (JSON).
Post = dict[str, Any]


@dataclass
class ReconciliationReport:
    """What became of every post. `violations` holds a sentence for each broken promise."""

    accepted: int = 0
    published: int = 0
    ended: Counter[str] = field(default_factory=Counter)
    drafts: int = 0
    scheduled: int = 0
    cancelled: int = 0
    duplicated: int = 0
    lost: int = 0
    stuck: int = 0
    silent: int = 0
    after_removal: int = 0
    spare_drafts: int = 0
    violations: list[str] = field(default_factory=list)
    late_posts: list["LatePost"] = field(default_factory=list)
    reasons: Counter[str] = field(default_factory=Counter)

    def __str__(self) -> str:
        ended = ", ".join(f"{name} {count}" for name, count in sorted(self.ended.items()))
        lines = [
            f"accepted                   {self.accepted}",
            f"published exactly once     {self.published}",
            f"ended with a reason        {self.ended.total()}{f' ({ended})' if ended else ''}",
            f"drafts                     {self.drafts}",
            f"in the provider's timer    {self.scheduled}",
            f"cancelled                  {self.cancelled}",
            f"published twice            {self.duplicated}",
            f"lost                       {self.lost}",
            f"stuck                      {self.stuck}",
            f"silent                     {self.silent}",
            f"published after removal    {self.after_removal}",
            f"spare drafts left behind   {self.spare_drafts}",
            *(f"WRONG: {sentence}" for sentence in self.violations[:20]),
        ]
        return "\n".join(lines)

    def count(self, post: Post) -> None:
        """Count an accepted post under its status."""
        status = post["status"]
        self.accepted += 1
        if not is_settled(post):
            self.stuck += 1
            self.violations.append(f"stuck: {describe_post(post)}")
        elif status in ENDED:
            self.ended[status] += 1
            self.reasons[f"{status}: {post['providerError']}"] += 1
            if not post["providerError"]:
                self.count_silent(f"ended without a reason: {describe_post(post)}")
        elif status == "draft":
            self.drafts += 1
        elif status == "published":
            self.published += 1
        else:
            self.cancelled += status in ("cancelled", "rejected")
            self.scheduled += status == "scheduled"

    def count_silent(self, sentence: str) -> None:
        """Count a post that ended without telling somebody so."""
        self.silent += 1
        self.violations.append(sentence)


@dataclass(frozen=True, slots=True, order=True)
class LatePost:
    """How late (s) a post was published: from its slot, or its acceptance, to its last row."""

    seconds: float
    post_id: str
    due: datetime
    published_at: datetime


def is_settled(post: Post) -> bool:
    """Whether a post needs no further step: it has ended, is a draft at the provider, or the
    provider's timer will publish it, more than a minute from now."""
    status = post["status"]
    if status not in PREPARED:
        return status in SETTLED
    if status == "scheduled" and parse_instant(post["scheduledFor"]) < in_a_minute():
        return False
    return all(each["status"] in PREPARED[status] for each in post["providerPlatforms"])


def describe_post(post: Post) -> str:
    """A post in one line, for a report."""
    parts = [f"{each['platform']}: {each['status']}, {each['stage']}, {each['error']}"
             for each in post["providerPlatforms"]]  # fmt: skip
    return f"{post['id']} ({post['caption']}) {post['status']} {post['scheduledFor']} {parts}"


def parse_instant(text: str) -> datetime:
    """An instant as the API and the provider write it."""
    return datetime.fromisoformat(text)


def count_published(posts: Iterable[Post]) -> Counter[str]:
    """How often each remote post is published, by the statuses of our deliveries."""
    return Counter(
        each["providerPostId"]
        for post in posts
        for each in post["providerPlatforms"]
        if each["status"] == "published"
    )


def count_copies(remote_posts: Iterable[Post]) -> Counter[str]:
    """How many remote posts, not deleted, carry each private marker: more than one is a twin."""
    return Counter(each["marker"] for each in remote_posts if not each["deleted"])


def assert_ledger_matches(stack: Stack, posts: Iterable[Post]) -> None:
    """Assert, account by account: nothing is lost, nothing is published twice, no twin is left at
    the provider, and the status of each delivery is true."""
    posts, publications, remote = list(posts), stack.publications(), stack.remote_posts()
    by_marker = Counter(row["marker"] for row in publications)
    assert max(by_marker.values(), default=0) <= 1, "something was published twice"
    stages = {each["id"]: each["stage"] for each in remote if not each["deleted"]}
    for post in posts:
        for delivery in post["providerPlatforms"]:
            _assert_stage(post, delivery, stages)
    published = Counter(row["postId"] for row in publications)
    assert published == count_published(posts), "the ledger and the database differ"
    assert max(count_copies(remote).values(), default=0) <= 1, "a twin was left behind"


def _assert_stage(post: Post, delivery: Post, stages: dict[str, str]) -> None:
    """Assert that the provider's stage of a delivery is what its status says."""
    remote = delivery["providerPostId"]
    expected = {"published": "PUBLISHED", "scheduled": "SCHEDULED"}.get(delivery["status"])
    if expected is None and post["status"] == "draft":
        expected = "DRAFT"
    if expected is None:
        assert delivery["error"], f"ended without a reason: {describe_post(post)}"
    else:
        assert stages[remote] == expected, f"{remote}: {describe_post(post)}"


def in_a_minute() -> datetime:
    """The instant before which a scheduled post is not settled yet."""
    return datetime.now(UTC) + timedelta(seconds=60)
