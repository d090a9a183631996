"""The queue at work: seats that become free, a pause, and posts that the provider has already."""

from datetime import timedelta
from time import sleep

from models.store import clock
from models.store.jobs import job_queue
from models.store.queue import seats
from models.task_names import JobKind
from scheduler.seating.replan import replan_queue
from tests.integration.scheduler.house import database_now, rule_near
from tests.integration.worker.queueing import (
    SPACED_TERMS,
    is_created,
    remote_publish_at,
    queue_post,
    set_rules,
    set_paused,
)
from tests.integration.worker.workshop import WorkerHarness

HOUR = timedelta(hours=1)


def test_a_freed_seat_goes_to_the_oldest_of_the_backlog(shop: WorkerHarness) -> None:
    """The queue's job gives a seat that was given back to the post that waits longest."""
    set_rules(shop, rule_near(database_now(shop.database) + 3 * HOUR))
    with_seats = [queue_post(shop, str(number)) for number in range(52)]
    assert {post.status for post in with_seats} == {"scheduled"}
    waiting = [queue_post(shop, caption) for caption in ("older", "newer")]
    assert [shop.post(post.id).status for post in waiting] == ["backlog"] * 2
    freed = with_seats[20].scheduled_for
    with shop.database.write() as session:
        seats.lock_organization(session, shop.organization_id)
        seats.release_seats(session, with_seats[20].id)
        job_queue.ensure_due(session, JobKind.QUEUE, shop.organization_id, clock.now(session))
    shop.dispatch_until(lambda: shop.post(waiting[0].id).status == "scheduled", what="a seat")
    assert shop.post(waiting[0].id).scheduled_for == freed
    assert shop.post(waiting[1].id).status == "backlog"


def test_a_paused_queue_hands_nothing_to_the_provider(shop: WorkerHarness) -> None:
    """Created, but not scheduled; nobody is seated; resumed, it goes on, the oldest first."""
    set_rules(shop, rule_near(database_now(shop.database) + 3 * HOUR))
    post = queue_post(shop)
    set_paused(shop, paused=True)
    waiting = [queue_post(shop, caption) for caption in ("older", "newer")]
    shop.dispatch_until(lambda: is_created(shop, post), what="a draft")
    for _ in range(10):
        shop.tick()
        sleep(0.05)
    assert is_created(shop, post)
    assert [shop.post(each.id).status for each in waiting] == ["backlog"] * 2
    set_paused(shop, paused=False)
    seated = [shop.post(each.id).scheduled_for for each in waiting]
    assert post.scheduled_for is not None
    weeks = [post.scheduled_for + timedelta(weeks=number) for number in (1, 2)]
    assert seated == weeks
    shop.dispatch_until(lambda: status(shop, post.id) == "scheduled", what="the provider's timer")
    assert remote_publish_at(shop, post) == post.scheduled_for


def status(shop: WorkerHarness, post_id: str) -> str:
    """The status of a post's one delivery."""
    (delivery,) = shop.deliveries(shop.post(post_id)).values()
    return str(delivery.status)


def test_a_replan_leaves_what_the_provider_has(shop: WorkerHarness) -> None:
    """A post on the provider's timer keeps its instant; its neighbour, a draft, is moved."""
    near, far = (rule_near(database_now(shop.database) + hours * HOUR) for hours in (3, 75))
    set_rules(shop, near, far)
    first, second = queue_post(shop), queue_post(shop)
    shop.dispatch_until(lambda: status(shop, first.id) == "scheduled", what="the provider's timer")
    shop.dispatch_until(lambda: is_created(shop, second), what="a draft")
    set_rules(shop, rule_near(database_now(shop.database) + 100 * HOUR))
    with shop.database.write() as session:
        settings = seats.lock_organization(session, shop.organization_id)
        moves = replan_queue(session, settings, clock.now(session), SPACED_TERMS)
    assert [move.post_id for move in moves] == [second.id]
    assert shop.post(first.id).scheduled_for == first.scheduled_for
    assert remote_publish_at(shop, first) == first.scheduled_for
    shop.dispatch_until(lambda: remote_publish_at(shop, second) == moves[0].after, what="the moved publishAt")
