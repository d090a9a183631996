"""The count: what clients were promised, what the database says, and what really went out."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

ENDED = ("failed", "partial", "missed", "unknown")
SETTLED = {"published", "cancelled", "rejected", *ENDED}
# A delivery in one of these needs no further step before the post's instant.
PREPARED = {"draft": {"created", "failed"}, "scheduled": {"scheduled"}}
Post = dict[str, Any]


@dataclass
class ReconciliationReport:
    """What became of every post. `wrong` holds a sentence for each broken promise."""

    accepted: int = 0
    published: int = 0
    ended: Counter[str] = field(default_factory=Counter)
    drafts: int = 0
    scheduled: int = 0
    cancelled: int = 0
    duplicated: int = 0
    lost: int = 0
    stuck: int = 0
    after_removal: int = 0
    spare_drafts: int = 0
    violations: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        ended = ", ".join(f"{name} {count}" for name, count in sorted(self.ended.items()))
        lines = [
            f"accepted                   {self.accepted}",
            f"published exactly once     {self.published}",
            f"ended with a reason        {self.ended.total()}{f' ({ended})' if ended else ''}",
            f"drafts                     {self.drafts}",
            f"in the provider's timer    {self.scheduled}",
            f"cancelled                  {self.cancelled}",
            f"doubled                    {self.duplicated}",
            f"lost                       {self.lost}",
            f"stuck                      {self.stuck}",
            f"out after their removal    {self.after_removal}",
            f"spare drafts left behind   {self.spare_drafts}",
            *(f"WRONG: {sentence}" for sentence in self.violations[:20]),
        ]
        return "\n".join(lines)

    def count(self, post: Post) -> None:
        """Put an accepted post where it belongs."""
        status = post["status"]
        self.accepted += 1
        if not is_settled(post):
            self.stuck += 1
            self.violations.append(f"stuck: {describe_post(post)}")
        elif status in ENDED:
            self.ended[status] += 1
            if not post["providerError"]:
                self.violations.append(f"ended without a reason: {describe_post(post)}")
        elif status == "draft":
            self.drafts += 1
        elif status == "published":
            self.published += 1
        else:
            self.cancelled += status in ("cancelled", "rejected")
            self.scheduled += status == "scheduled"


def is_settled(post: Post) -> bool:
    """Whether a post needs no further step: settled, a draft, or in the provider's timer."""
    status = post["status"]
    if status not in PREPARED:
        return status in SETTLED
    if status == "scheduled" and parse_instant(post["scheduledFor"]) < _in_a_minute():
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


def _in_a_minute() -> datetime:
    return datetime.now(UTC) + timedelta(seconds=60)
