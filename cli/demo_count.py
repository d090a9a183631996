"""The count: what our database says against what the simulator did, delivery by delivery."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from models.posts import Delivery
from models.statuses import DeliveryStatus


@dataclass(frozen=True, slots=True)
class Count:
    """Posts by what the other side has of them. `disagreeing` lists deliveries, in words."""

    accepted: int
    once: int
    doubled: int
    lost: int
    ended: int
    disagreeing: tuple[str, ...]

    @property
    def is_right(self) -> bool:
        """Every post once, or ended with a reason, and both sides of one mind."""
        return not (self.doubled or self.lost or self.disagreeing)

    def sentence(self) -> str:
        """The count for people."""
        agree = "agrees" if not self.disagreeing else "DISAGREES"
        ended = f", {self.ended} ended with a reason" if self.ended else ""
        return (
            f"{self.accepted} posts accepted: {self.once} published or scheduled exactly once, "
            f"{self.doubled} doubled, {self.lost} lost{ended}; the database {agree} with the "
            "simulator's own count"
        )


def count(
    deliveries: Mapping[str, list[Delivery]],
    remote_posts: Iterable[Mapping[str, Any]],
    publications: Iterable[Mapping[str, Any]],
) -> Count:
    """Compare our deliveries (by post) with the simulator's posts and its ledger."""
    published = Counter(_delivery(each) for each in publications)
    waiting = Counter(
        _delivery(each)
        for each in remote_posts
        if each["stage"] in ("SCHEDULED", "PUBLISHING") and not each["deleted"]
    )
    tallies = [
        _tally(each, published[each.id], waiting[each.id])
        for parts in deliveries.values()
        for each in parts
    ]
    by_post: dict[str, set[str]] = {post_id: set() for post_id in deliveries}
    for post_id, word, _ in tallies:
        by_post[post_id].add(word)
    return Count(
        accepted=len(deliveries),
        once=sum(words == {"once"} for words in by_post.values()),
        doubled=sum("doubled" in words for words in by_post.values()),
        lost=sum("lost" in words for words in by_post.values()),
        ended=sum(
            "ended" in words and not words & {"lost", "doubled"} for words in by_post.values()
        ),
        disagreeing=tuple(trouble for _, _, trouble in tallies if trouble),
    )


def _delivery(remote: Mapping[str, Any]) -> str:
    """The delivery that a marker names."""
    return str(remote["marker"]).rpartition(":")[2]


def _tally(delivery: Delivery, published: int, waiting: int) -> tuple[str, str, str | None]:
    """(post id, what the other side has of the delivery, where the two sides disagree)."""
    told = f"{delivery.platform} of {delivery.post_id}: {delivery.status} here"
    there = f"{published} published and {waiting} scheduled there"
    ended = delivery.status in (DeliveryStatus.FAILED, DeliveryStatus.CANCELLED)
    expected = {DeliveryStatus.PUBLISHED: (1, 0), DeliveryStatus.SCHEDULED: (0, 1)}
    agreed = (published, waiting) == ((0, 0) if ended else expected.get(delivery.status))  # type: ignore[call-overload]
    trouble = None if agreed else f"{told}, {there}"
    total = published + waiting
    word = "doubled" if total > 1 else "once" if total == 1 else "ended" if ended else "lost"
    return delivery.post_id, word, trouble
