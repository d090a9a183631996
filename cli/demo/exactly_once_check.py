"""Compares our database with what the simulator published, delivery by delivery."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from models.posts import Delivery
from models.statuses import DeliveryStatus


@dataclass(frozen=True, slots=True)
class ExactlyOnceReport:
    """The number of posts by what the simulator has of them.

    `disagreeing` has a sentence for each delivery in which the two sides differ.
    """

    accepted: int
    once: int
    doubled: int
    lost: int
    ended: int
    disagreeing: tuple[str, ...]

    @property
    def is_correct(self) -> bool:
        """Every post was published once or ended with a reason, and both sides agree."""
        return not (self.doubled or self.lost or self.disagreeing)

    def summary(self) -> str:
        """The report in one sentence."""
        verb = "agrees" if not self.disagreeing else "DISAGREES"
        ended = f", {self.ended} ended with a reason" if self.ended else ""
        return (
            f"{self.accepted} posts accepted: {self.once} published or scheduled exactly once, "
            f"{self.doubled} doubled, {self.lost} lost{ended}; the database {verb} with the "
            "simulator's own count"
        )


def compare_with_simulator(
    deliveries: Mapping[str, list[Delivery]],
    remote_posts: Iterable[Mapping[str, Any]],
    publications: Iterable[Mapping[str, Any]],
) -> ExactlyOnceReport:
    """Compare our deliveries (by post) with the simulator's posts and its ledger."""
    published = Counter(_delivery_id(each) for each in publications)
    waiting = Counter(
        _delivery_id(each)
        for each in remote_posts
        if each["stage"] in ("SCHEDULED", "PUBLISHING") and not each["deleted"]
    )
    comparisons = [
        _compare_delivery(each, published[each.id], waiting[each.id])
        for parts in deliveries.values()
        for each in parts
    ]
    by_post: dict[str, set[str]] = {post_id: set() for post_id in deliveries}
    for post_id, outcome, _ in comparisons:
        by_post[post_id].add(outcome)
    return ExactlyOnceReport(
        accepted=len(deliveries),
        once=sum(outcomes == {"once"} for outcomes in by_post.values()),
        doubled=sum("doubled" in outcomes for outcomes in by_post.values()),
        lost=sum("lost" in outcomes for outcomes in by_post.values()),
        ended=sum(
            "ended" in outcomes and not outcomes & {"lost", "doubled"}
            for outcomes in by_post.values()
        ),
        disagreeing=tuple(disagreement for _, _, disagreement in comparisons if disagreement),
    )


def _delivery_id(remote: Mapping[str, Any]) -> str:
    """The delivery's id, from the marker of a post at the simulator."""
    return str(remote["marker"]).rpartition(":")[2]


def _compare_delivery(
    delivery: Delivery, published: int, waiting: int
) -> tuple[str, str, str | None]:
    """(post id, outcome at the simulator, a sentence if the two sides disagree)."""
    ours = f"{delivery.platform} of {delivery.post_id}: {delivery.status} here"
    theirs = f"{published} published and {waiting} scheduled there"
    ended = delivery.status in (DeliveryStatus.FAILED, DeliveryStatus.CANCELLED)
    expected = {DeliveryStatus.PUBLISHED: (1, 0), DeliveryStatus.SCHEDULED: (0, 1)}
    agrees = (published, waiting) == ((0, 0) if ended else expected.get(delivery.status))  # type: ignore[call-overload]
    disagreement = None if agrees else f"{ours}, {theirs}"
    total = published + waiting
    outcome = "doubled" if total > 1 else "once" if total == 1 else "ended" if ended else "lost"
    return delivery.post_id, outcome, disagreement
