"""The planner after an edit of files, networks or accounts."""

from dataclasses import replace

from models.statuses import DeliveryStatus, Desired, Intent, MediaStatus, PostStatus
from tests.unit.worker.snapshot_builders import (
    CONNECTION,
    HOUR,
    NOW,
    SLOT,
    delivery,
    media,
    post,
    snapshot,
)
from worker.planner.decisions import FinishDelivery, RunStep, SetPostStatus, Step, Wait
from worker.planner.plan import next_step
from worker.planner.policy import Policy

POLICY = Policy()
EDITED = post(content_version=2)
NEW_FILE = media(MediaStatus.NEW)
OTHER = replace(CONNECTION, id="other")


def test_timers_are_off_before_a_new_file_is_sent() -> None:
    """Both, although the first one's files could be sent meanwhile: the slot may be near."""
    on_timer = [delivery(DeliveryStatus.SCHEDULED, id=name, platform=name) for name in ("x", "y")]
    first = next_step(snapshot(NEW_FILE, *on_timer, of=EDITED), POLICY, NOW)
    assert first == RunStep(Step.UNSCHEDULE, on_timer[0])
    off = replace(on_timer[0], status=DeliveryStatus.CREATED)
    second = next_step(snapshot(NEW_FILE, off, on_timer[1], of=EDITED), POLICY, NOW)
    assert second == RunStep(Step.UNSCHEDULE, on_timer[1])
    both = [off, replace(on_timer[1], status=DeliveryStatus.CREATED)]
    then = next_step(snapshot(NEW_FILE, *both, of=EDITED), POLICY, NOW)
    assert then == RunStep(Step.UPLOAD, NEW_FILE)


def test_a_draft_gets_its_new_file_and_is_updated() -> None:
    """First the file, then the remote draft that had the old one."""
    draft = delivery(DeliveryStatus.CREATED)
    assert next_step(snapshot(NEW_FILE, draft, of=EDITED), POLICY, NOW) == RunStep(
        Step.UPLOAD, NEW_FILE
    )
    assert next_step(snapshot(media(), draft, of=EDITED), POLICY, NOW) == RunStep(
        Step.UPDATE, draft
    )


def test_a_delayed_call_is_made_harmless_before_a_new_file_is_sent() -> None:
    """It would publish the old content: its remote post is deleted first."""
    stray = delivery(DeliveryStatus.CREATED, is_stray=True)
    decision = next_step(snapshot(NEW_FILE, stray, of=EDITED), POLICY, NOW)
    assert decision == RunStep(Step.DELETE, stray)


def test_a_post_does_not_fail_over_a_delayed_call() -> None:
    """Its file failed; the delivery fails, its remote post is deleted, and then the post fails."""
    broken = media(MediaStatus.FAILED, error="gone")
    stray = delivery(DeliveryStatus.CREATED, is_stray=True)
    decision = next_step(snapshot(broken, stray), POLICY, NOW)
    assert decision == FinishDelivery(stray, DeliveryStatus.FAILED, "gone")
    failed = replace(stray, status=DeliveryStatus.FAILED, error="gone")
    assert next_step(snapshot(broken, failed), POLICY, NOW) == RunStep(Step.DELETE, failed)


def test_what_was_removed_is_deleted_and_then_forgotten() -> None:
    """Whatever the post is otherwise: on the timer, as a draft, failed; looked for after a create
    without an answer."""
    for status in (DeliveryStatus.SCHEDULED, DeliveryStatus.CREATED, DeliveryStatus.FAILED):
        gone = delivery(status, is_removed=True)
        assert next_step(snapshot(gone), POLICY, NOW) == RunStep(Step.DELETE, gone)
    lost = delivery(intent=Intent.CREATE, is_removed=True)
    assert next_step(snapshot(lost), POLICY, NOW) == RunStep(Step.RECONCILE, lost)
    empty = delivery(is_removed=True)
    decision = next_step(snapshot(empty), POLICY, NOW)
    assert decision == FinishDelivery(empty, DeliveryStatus.CANCELLED, "removed")


def test_a_post_that_failed_loses_what_was_removed() -> None:
    """Also where nothing else is done for it any more."""
    gone, stays = (
        delivery(DeliveryStatus.FAILED, id=name, platform=name, is_removed=name == "x")
        for name in ("x", "y")
    )
    failed = post(status=PostStatus.FAILED)
    assert next_step(snapshot(gone, stays, of=failed), POLICY, NOW) == RunStep(Step.DELETE, gone)
    assert next_step(snapshot(stays, of=failed), POLICY, NOW) == Wait(None)


def test_a_post_does_not_end_while_a_removal_waits() -> None:
    """The other network is published; the post is called so when the removed one is gone."""
    blocked = replace(OTHER, blocked_until=NOW + HOUR)
    gone = delivery(
        DeliveryStatus.CREATED, id="gone", platform="y", connection=blocked, is_removed=True
    )
    live = delivery(DeliveryStatus.PUBLISHED)
    out = post(status=PostStatus.PUBLISHING, scheduled_for=NOW - HOUR / 60)
    assert next_step(snapshot(gone, live, of=out), POLICY, NOW) == Wait(NOW + HOUR)
    assert next_step(snapshot(live, of=out), POLICY, NOW) == SetPostStatus(PostStatus.PUBLISHED)


def test_a_removal_does_not_hold_up_the_rest() -> None:
    """While its connection is blocked, the other network's draft is made."""
    blocked = replace(OTHER, blocked_until=NOW + HOUR)
    gone = delivery(
        DeliveryStatus.CREATED, id="gone", platform="y", connection=blocked, is_removed=True
    )
    new = delivery()
    assert next_step(snapshot(gone, new), POLICY, NOW) == RunStep(Step.CREATE, new)


def test_an_account_never_has_two_remote_posts() -> None:
    """A new delivery on the account of a removed one waits until that is gone."""
    blocked = replace(CONNECTION, blocked_until=SLOT)
    gone = delivery(
        DeliveryStatus.CREATED, id="gone", account_id="a", connection=blocked, is_removed=True
    )
    new = delivery(account_id="a", connection=replace(CONNECTION, id="same"))
    assert next_step(snapshot(gone, new), POLICY, NOW) == Wait(SLOT)
    assert next_step(snapshot(new), POLICY, NOW) == RunStep(Step.CREATE, new)


def test_a_post_that_is_taken_off_its_timer_at_its_slot_becomes_a_draft() -> None:
    """Nobody came to take it off before its slot, and the provider's timer is late: it is not
    called publishing meanwhile, from where it could not become a draft any more."""
    taken_back = post(content_version=2, desired=Desired.DRAFT)
    on_timer = delivery(DeliveryStatus.SCHEDULED)
    state = snapshot(on_timer, of=taken_back)
    assert next_step(state, POLICY, SLOT) == RunStep(Step.UNSCHEDULE, on_timer)
    busy = frozenset({CONNECTION.id})
    assert isinstance(next_step(state, POLICY, SLOT, busy), Wait)
    off = delivery(DeliveryStatus.CREATED, sent_version=2)
    assert next_step(snapshot(off, of=taken_back), POLICY, SLOT) == SetPostStatus(PostStatus.DRAFT)
