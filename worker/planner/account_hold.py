"""Accounts in trouble: nothing is made or published on them, and what waits for them says so. Pure.

What the provider's timer has goes out as it is, but from an account that was disconnected here.
"""

from datetime import datetime, timedelta

from models.snapshot import DeliveryView, Snapshot
from models.statuses import DeliveryStatus, Desired
from worker.planner.decisions import Decision, HoldDelivery, Wait
from worker.planner.policy import MissedPolicy, Policy


def hold_for_account(delivery: DeliveryView, snapshot: Snapshot, policy: Policy) -> Decision | None:
    """The wait of a delivery whose account cannot be used; None where it can be.

    A look at the accounts that finds it mended wakes the post. Should its grace end before that,
    the policy on missed slots has its say; under `publish_late` it may wait for ever.
    """
    if delivery.account_problem is None:
        return HoldDelivery(delivery, None) if delivery.is_held else None
    if not delivery.is_held or delivery.error != delivery.account_problem:
        return HoldDelivery(delivery, delivery.account_problem)
    due = snapshot.post.due_at
    if (
        due is None
        or snapshot.post.desired is Desired.DRAFT
        or waits_indefinitely(delivery, policy)
    ):
        return Wait(None)
    return Wait(due + policy.missed_grace + timedelta(seconds=1))


def waits_indefinitely(delivery: DeliveryView, policy: Policy) -> bool:
    """Whether its account comes before its slot: late is early enough for it."""
    return delivery.account_problem is not None and policy.missed is MissedPolicy.PUBLISH_LATE


def must_unschedule(
    delivery: DeliveryView, due: datetime | None, policy: Policy, now: datetime
) -> bool:
    """Whether the provider's timer has it for an account that was disconnected here meanwhile, and
    there is time left to take it off."""
    timed = delivery.status is DeliveryStatus.SCHEDULED and delivery.is_disconnected
    return timed and due is not None and due > now + policy.timer_margin
