"""The queue: seats that become free, a pause, and posts that the provider has already."""

from datetime import timedelta
from time import sleep

from models.store import clock
from models.store.jobs import job_queue
from models.store.queue import seats
from models.store.tenants import social_settings
from models.task_names import JobKind
from scheduler.seating.replan import replan_queue
from tests.integration.scheduler.queue_factories import database_now, rule_near
from tests.integration.worker.queue_helpers import (
    SPACED_TERMS,
    is_created,
    pause_queue,
    queue_post,
    remote_publish_at,
    set_rules,
)
from tests.integration.worker.worker_harness import WorkerHarness

HOUR = timedelta(hours=1)


def test_a_freed_seat_goes_to_the_oldest_of_the_backlog(harness: WorkerHarness) -> None:
    """The queue's job gives a free seat to the post that waits longest."""
    set_rules(harness, rule_near(database_now(harness.database) + 3 * HOUR))
    with_seats = [queue_post(harness, str(number)) for number in range(52)]
    assert {post.status for post in with_seats} == {"scheduled"}
    waiting = [queue_post(harness, caption) for caption in ("older", "newer")]
    assert [harness.post(post.id).status for post in waiting] == ["backlog"] * 2
    freed = with_seats[20].scheduled_for
    with harness.database.write() as session:
        social_settings.lock_organization(session, harness.organization_id)
        seats.release_seats(session, with_seats[20].id)
        owner = harness.organization_id
        job_queue.ensure_due(session, JobKind.QUEUE, owner, owner, clock.now(session))
    harness.dispatch_until(lambda: harness.post(waiting[0].id).status == "scheduled", what="a seat")
    assert harness.post(waiting[0].id).scheduled_for == freed
    assert harness.post(waiting[1].id).status == "backlog"


def test_a_paused_queue_hands_nothing_to_the_provider(harness: WorkerHarness) -> None:
    """Created, but not scheduled; no post is seated; after the pause it goes on, the oldest
    first."""
    set_rules(harness, rule_near(database_now(harness.database) + 3 * HOUR))
    post = queue_post(harness)
    pause_queue(harness, paused=True)
    waiting = [queue_post(harness, caption) for caption in ("older", "newer")]
    harness.dispatch_until(lambda: is_created(harness, post), what="a draft")
    for _ in range(10):
        harness.tick()
        sleep(0.05)
    assert is_created(harness, post)
    assert [harness.post(each.id).status for each in waiting] == ["backlog"] * 2
    pause_queue(harness, paused=False)
    seated = [harness.post(each.id).scheduled_for for each in waiting]
    assert post.scheduled_for is not None
    weeks = [post.scheduled_for + timedelta(weeks=number) for number in (1, 2)]
    assert seated == weeks
    harness.dispatch_until(
        lambda: status(harness, post.id) == "scheduled", what="the provider's timer"
    )
    assert remote_publish_at(harness, post) == post.scheduled_for


def status(harness: WorkerHarness, post_id: str) -> str:
    """The status of a post's only delivery."""
    (delivery,) = harness.deliveries(harness.post(post_id)).values()
    return str(delivery.status)


def test_a_replan_leaves_what_the_provider_has(harness: WorkerHarness) -> None:
    """A post on the provider's timer keeps its time; another one, a draft, is moved."""
    near, far = (rule_near(database_now(harness.database) + hours * HOUR) for hours in (3, 75))
    set_rules(harness, near, far)
    first, second = queue_post(harness), queue_post(harness)
    harness.dispatch_until(
        lambda: status(harness, first.id) == "scheduled", what="the provider's timer"
    )
    harness.dispatch_until(lambda: is_created(harness, second), what="a draft")
    set_rules(harness, rule_near(database_now(harness.database) + 100 * HOUR))
    with harness.database.write() as session:
        settings = social_settings.lock_organization(session, harness.organization_id)
        moves = replan_queue(session, settings, clock.now(session), SPACED_TERMS)
    assert [move.post_id for move in moves] == [second.id]
    assert harness.post(first.id).scheduled_for == first.scheduled_for
    assert remote_publish_at(harness, first) == first.scheduled_for
    harness.dispatch_until(
        lambda: remote_publish_at(harness, second) == moves[0].after, what="the moved publishAt"
    )
