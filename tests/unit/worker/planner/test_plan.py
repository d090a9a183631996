"""The planner: which step it decides in which state. Media, creation and publication."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import permutations

import pytest

from models.snapshot import ConnectionView, Snapshot
from models.statuses import (
    SETTLED_POSTS,
    UNAPPROVED,
    DeliveryStatus,
    Desired,
    MediaStatus,
    PostStatus,
)
from provider.registry import CAPABILITIES
from tests.unit.worker.snapshot_builders import (
    CONNECTION,
    HOUR,
    NOW,
    SECOND,
    SLOT,
    delivery,
    media,
    post,
    snapshot,
)
from worker.planner.decisions import Decision, FinishDelivery, RunStep, SetPostStatus, Step, Wait
from worker.planner.plan import next_step
from worker.planner.policy import Policy

POLICY = Policy(capabilities=CAPABILITIES)
OPENS = SLOT - timedelta(days=1)


def decide(state: Snapshot, now: datetime = NOW) -> Decision:
    """The planner's decision with the default policy."""
    return next_step(state, POLICY, now)


@pytest.mark.parametrize(
    ("status", "step"),
    [
        (MediaStatus.NEW, Step.UPLOAD),
        (MediaStatus.UPLOADED, Step.CONFIRM),
        (MediaStatus.CONFIRMED, Step.POLL),
    ],
)
def test_a_file_goes_from_upload_to_confirm_to_poll(status: MediaStatus, step: Step) -> None:
    """Each status of a file has one next step, taken at acceptance and not at the slot."""
    file = media(status)
    assert decide(snapshot(file, delivery())) == RunStep(step, file)


def test_a_file_is_left_alone_before_its_time() -> None:
    """A retry or a poll that is due later is waited for, exactly until then."""
    later = media(MediaStatus.CONFIRMED, not_before=NOW + SECOND)
    assert decide(snapshot(later, delivery())) == Wait(NOW + SECOND)
    assert decide(snapshot(later, delivery()), NOW + SECOND) == RunStep(Step.POLL, later)


def test_one_waiting_file_does_not_hold_up_the_next() -> None:
    """While one file is processed, another is uploaded; if both wait, the first due time counts."""
    first = media(MediaStatus.CONFIRMED, id="a", not_before=NOW + HOUR)
    second = media(MediaStatus.NEW, id="b")
    assert decide(snapshot(first, second, delivery())) == RunStep(Step.UPLOAD, second)
    third = media(MediaStatus.NEW, id="c", not_before=NOW + SECOND)
    assert decide(snapshot(first, third, delivery())) == Wait(NOW + SECOND)


def test_a_post_is_created_only_when_all_its_files_are_ready() -> None:
    """One file that is not ready is enough to wait, at any position."""
    ready, other = media(id="a"), media(MediaStatus.CONFIRMED, id="b")
    for files in permutations([ready, other]):
        assert decide(snapshot(*files, delivery())) == RunStep(Step.POLL, other)
    target = delivery()
    assert decide(snapshot(ready, media(id="b"), target)) == RunStep(Step.CREATE, target)


def test_a_file_that_failed_fails_the_post_with_its_reason() -> None:
    """No delivery can be published without the file."""
    lost = media(MediaStatus.FAILED, error="the link answers 404")
    assert decide(snapshot(lost, delivery())) == SetPostStatus(
        PostStatus.FAILED, "the link answers 404"
    )


def test_a_backlog_post_has_its_files_prepared_and_then_waits() -> None:
    """A bad file should be found early; the draft is created when the post has a seat."""
    waiting = post(status=PostStatus.BACKLOG, scheduled_for=None, opens_at=None)
    file = media(MediaStatus.NEW)
    assert decide(snapshot(file, delivery(), of=waiting)) == RunStep(Step.UPLOAD, file)
    assert decide(snapshot(media(), delivery(), of=waiting)) == Wait(None)


def test_a_created_post_waits_until_its_slot_opens() -> None:
    """It is created at once, but put on the provider's timer only when the slot opens."""
    made = delivery(DeliveryStatus.CREATED)
    assert decide(snapshot(made)) == Wait(OPENS)
    assert decide(snapshot(made), OPENS - SECOND) == Wait(OPENS)
    assert decide(snapshot(made), OPENS) == RunStep(Step.SCHEDULE, made)


def test_a_slot_that_is_too_near_is_published_at_its_instant() -> None:
    """Within the margin the provider's timer is not used: wait, and publish at the slot."""
    made = delivery(DeliveryStatus.CREATED)
    near = SLOT - POLICY.timer_margin(CONNECTION)
    assert decide(snapshot(made), near - SECOND) == RunStep(Step.SCHEDULE, made)
    assert decide(snapshot(made), near) == Wait(SLOT)
    assert decide(snapshot(made), SLOT) == RunStep(Step.PUBLISH_NOW, made)


def test_a_post_leaves_by_itself_a_little_after_its_slot() -> None:
    """Until a post counts as late, it is published at once."""
    made = delivery(DeliveryStatus.CREATED)
    assert decide(snapshot(made), SLOT + POLICY.late_after) == RunStep(Step.PUBLISH_NOW, made)


def test_a_draft_stops_after_its_creation() -> None:
    """A draft is created at the provider and stays there, however late it is."""
    wish = post(desired=Desired.DRAFT, status=PostStatus.DRAFT, opens_at=None)
    target = delivery()
    for now in (NOW, SLOT, SLOT + timedelta(days=9)):
        assert decide(snapshot(target, of=wish), now) == RunStep(Step.CREATE, target)
        assert decide(snapshot(delivery(DeliveryStatus.CREATED), of=wish), now) == Wait(None)


def test_publish_now_goes_straight_out() -> None:
    """No slot, no opening: create, then publish."""
    wish = post(
        desired=Desired.PUBLISHED_NOW, status=PostStatus.PUBLISHING, scheduled_for=None,
        opens_at=None, accepted_at=NOW,
    )  # fmt: skip
    target, made = delivery(), delivery(DeliveryStatus.CREATED)
    assert decide(snapshot(target, of=wish)) == RunStep(Step.CREATE, target)
    assert decide(snapshot(made, of=wish)) == RunStep(Step.PUBLISH_NOW, made)


def test_a_scheduled_delivery_is_asked_about_after_the_slot() -> None:
    """Before its slot it waits; after it the provider is asked."""
    handed = delivery(DeliveryStatus.SCHEDULED)
    assert decide(snapshot(handed)) == Wait(SLOT)
    going = post(status=PostStatus.PUBLISHING)
    assert decide(snapshot(handed, of=going), SLOT) == RunStep(Step.VERIFY, handed)


def test_without_an_account_a_delivery_fails_with_a_reason() -> None:
    """The reason names the platform; before the first account sync, it waits."""
    lonely = delivery(profile_id=None)
    decision = decide(snapshot(lonely))
    assert isinstance(decision, FinishDelivery)
    assert (decision.delivery, decision.status) == (lonely, DeliveryStatus.FAILED)
    assert "facebook" in decision.reason
    assert isinstance(decide(snapshot(lonely, accounts_known=False)), Wait)


def test_a_blocked_connection_waits() -> None:
    """No step of any kind before the end of the block."""
    file, target, made = media(MediaStatus.NEW), delivery(), delivery(DeliveryStatus.CREATED)
    for parts in ((file, target), (target,), (made,)):
        assert decide(snapshot(*parts, blocked_until=NOW + HOUR)) == Wait(NOW + HOUR)
        over = decide(snapshot(*parts, blocked_until=NOW))
        assert type(over) is type(decide(snapshot(*parts)))


def test_a_connection_holds_up_no_other() -> None:
    """While one connection is blocked, or a step runs there, the other one's step comes."""
    other = ConnectionView("other", "swonkie")
    blocked = replace(CONNECTION, blocked_until=NOW + HOUR)
    mine, theirs = delivery(connection=blocked), delivery(id="2", connection=other)
    file, copy = media(MediaStatus.NEW, connection=blocked), media(connection=other)
    state = snapshot(file, copy, mine, theirs)
    assert decide(state) == RunStep(Step.CREATE, theirs)
    made = delivery(DeliveryStatus.CREATED, id="2", connection=other)
    assert decide(snapshot(file, copy, mine, made)) == Wait(NOW + HOUR)
    free = snapshot(media(MediaStatus.NEW), copy, delivery(), theirs)
    first = next_step(free, POLICY, NOW, frozenset())
    assert first == RunStep(Step.UPLOAD, free.uploads[0])
    busy = frozenset({CONNECTION.id})
    assert next_step(free, POLICY, NOW, busy) == RunStep(Step.CREATE, theirs)
    assert next_step(free, POLICY, NOW, busy | {"other"}) == Wait(None)


def test_a_file_that_failed_at_one_connection_fails_the_deliveries_there_alone() -> None:
    """The other connection has its copy of the file, and goes on."""
    other = ConnectionView("other", "swonkie")
    lost = media(MediaStatus.FAILED, error="too large")
    copy = media(connection=other)
    mine, theirs = delivery(), delivery(id="2", connection=other)
    assert decide(snapshot(lost, copy, mine, theirs)) == FinishDelivery(
        mine, DeliveryStatus.FAILED, "too large"
    )
    failed = delivery(DeliveryStatus.FAILED, remote_id=None)
    assert decide(snapshot(lost, copy, failed, theirs)) == RunStep(Step.CREATE, theirs)


@pytest.mark.parametrize("status", sorted({*SETTLED_POSTS, *UNAPPROVED}))
def test_a_settled_post_needs_no_step(status: PostStatus) -> None:
    """A post that is finished or waits for a person takes no step, even after too many rescues."""
    state = snapshot(media(MediaStatus.NEW), delivery(), of=post(status=status), rescues=99)
    assert decide(state) == Wait(None)
