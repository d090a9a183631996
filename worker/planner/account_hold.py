"""Holds deliveries whose account cannot be used: nothing is created or published on it. Pure.

A post that is already on the provider's timer is published anyway, unless its account was
disconnected here.
"""

from datetime import datetime, timedelta

from models.snapshot import DeliveryView, Snapshot
from models.statuses import DeliveryStatus, Desired
from worker.planner.decisions import Decision, HoldDelivery, Wait
from worker.planner.policy import MissedPolicy, Policy

MIN_ACCOUNTS_WAIT = timedelta(seconds=1)
MAX_ACCOUNTS_WAIT = timedelta(minutes=1)


def change_of_hold(delivery: DeliveryView) -> HoldDelivery | None:
    """What must be stored about its wait for an account; None where nothing has changed."""
    problem = delivery.account_problem
    if problem is None:
        return HoldDelivery(delivery, None) if delivery.is_held else None
    is_known = delivery.is_held and delivery.error == problem
    return None if is_known else HoldDelivery(delivery, problem)


def hold_for_account(delivery: DeliveryView, snapshot: Snapshot, policy: Policy) -> Decision | None:
    """The decision for a delivery whose account cannot be used; None where it can be used.

    The account job wakes the post when the account works again. If the grace period ends first, the
    missed-slot policy decides; with `publish_late` the delivery may wait without a limit.
    """
    change = change_of_hold(delivery)
    if change is not None or delivery.account_problem is None:
        return change
    end = policy.grace_end(snapshot.post)
    if (
        end is None
        or snapshot.post.desired is Desired.DRAFT
        or waits_indefinitely(delivery, policy)
    ):
        return Wait(None)
    return Wait(end + timedelta(seconds=1))


def wait_for_accounts(since: datetime, now: datetime) -> Wait:
    """The wait of a post for a list of accounts that was read to its end. The first one comes
    within seconds; where there is none yet, the waits grow."""
    return Wait(now + min(max((now - since) / 10, MIN_ACCOUNTS_WAIT), MAX_ACCOUNTS_WAIT))


def waits_indefinitely(delivery: DeliveryView, policy: Policy) -> bool:
    """Whether it waits for its account without a time limit, because late posts are published."""
    return delivery.account_problem is not None and policy.missed is MissedPolicy.PUBLISH_LATE


def must_unschedule(
    delivery: DeliveryView, due: datetime | None, policy: Policy, now: datetime
) -> bool:
    """Whether it is on the provider's timer, its account was disconnected here since then, and it
    can still be taken off in time."""
    is_timed = delivery.status is DeliveryStatus.SCHEDULED and delivery.is_disconnected
    return is_timed and due is not None and due > now + policy.timer_margin(delivery.connection)
