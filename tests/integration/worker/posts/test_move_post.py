"""Posts that move to another slot, or exchange slots, while they are on the provider's timer."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from models.posts import Post
from models.store import clock
from models.store.jobs.job_queue import Claim
from models.store.posts.snapshots import load_many
from models.store.tenants import social_settings
from models.tables import SEAT
from models.task_names import JobKind
from scheduler.recurrence.occurrences import Rule
from scheduler.recurrence.patterns import parse_cron
from scheduler.seating.free_seats import next_free_slots
from services.inputs.post_bodies import MoveBody, SwapBody
from services.posts.move import move
from services.posts.swap import swap
from tests.integration.worker.post_changes import change_post, edit_post
from tests.integration.worker.queue_helpers import queue_post, remote_publish_at, set_rules
from tests.integration.worker.worker_harness import FAST_POLICY, WorkerHarness


def hourly() -> Rule:
    """A slot every hour, the next one in half an hour: a post within seconds of it cannot move."""
    minute = (datetime.now(UTC) + timedelta(minutes=30)).minute
    return Rule(parse_cron(f"{minute} * * * *"), "UTC")


def seats_of(harness: WorkerHarness, post: Post) -> list[datetime]:
    """The times of a post's seats."""
    query = select(SEAT.c.slot_at).where(SEAT.c.post_id == post.id).order_by(SEAT.c.slot_at)
    with harness.database.read() as session:
        return list(session.connection().execute(query).scalars())


def free_slots(harness: WorkerHarness) -> list[datetime]:
    """The next slots with a free seat."""
    with harness.database.read() as session:
        settings = social_settings.read_settings(session, harness.organization_id)
        return next_free_slots(session, settings, clock.now(session), FAST_POLICY.scheduling, 3)


def on_timer(harness: WorkerHarness, post: Post) -> None:
    """Returns when all deliveries of a post are on the provider's timer, for its current time."""

    def handed_over() -> bool:
        version = harness.post(post.id).content_version
        states = {(each.status, each.sent_version) for each in harness.deliveries(post).values()}
        return states == {("scheduled", version)} and harness.read_job(post.id).claim is None

    harness.dispatch_until(handed_over, what="the provider's timer")


def moved(harness: WorkerHarness, post: Post, at: datetime) -> Post:
    """The post after a move."""
    body = MoveBody(slot=at.isoformat())
    return change_post(
        harness, post, lambda *found: move(found[0], harness.context(), found[1], body, found[2])
    )


@pytest.mark.parametrize("platforms", [["x"], ["x", "facebook"]])
def test_the_timer_is_set_anew_and_the_old_seat_freed_then(
    harness: WorkerHarness, platforms: list[str]
) -> None:
    """The post has both seats while it could still be published in the old slot; then the next
    waiting post gets the old one, and the provider's timer has the new time."""
    set_rules(harness, hourly())
    post = harness.accept(publishMode="next_slot", platforms=platforms)
    on_timer(harness, post)
    (old,) = seats_of(harness, post)
    new = free_slots(harness)[1]
    assert moved(harness, post, new).status == "scheduled"
    assert seats_of(harness, post) == [old, new]
    newcomer = queue_post(harness)
    assert seats_of(harness, newcomer)[0] > old
    on_timer(harness, post)
    assert seats_of(harness, post) == [new]
    assert harness.post(post.id).scheduled_for == new
    assert old in free_slots(harness)
    if platforms == ["x"]:
        assert remote_publish_at(harness, post) == new


def test_back_into_the_slot_that_it_left_with_an_instant_of_its_own(harness: WorkerHarness) -> None:
    """An edit took it from the queue, and it still has the seat: it takes the same seat again."""
    set_rules(harness, hourly())
    post = queue_post(harness)
    on_timer(harness, post)
    (old,) = seats_of(harness, post)
    edit_post(harness, post, seconds=7200)
    assert seats_of(harness, post) == [old]
    moved(harness, post, old)
    assert seats_of(harness, post) == [old]
    on_timer(harness, post)
    assert seats_of(harness, post) == [old]
    assert harness.post(post.id).publish_mode == "next_slot"


def test_posts_on_the_timer_exchange_their_slots_one_after_another(harness: WorkerHarness) -> None:
    """Each is taken off the timer; none is put on it for its new slot before the other has left
    that slot. In the end both timers have the new times, and each post has one seat."""
    set_rules(harness, hourly())
    pair = [harness.accept(publishMode="next_slot", platforms=["x"]) for _ in range(2)]
    for post in pair:
        on_timer(harness, post)
    old = [seats_of(harness, post)[0] for post in pair]
    swapped(harness, *pair)
    assert [seats_of(harness, post) for post in pair] == [old, old]
    assert are_seats_shared(harness, *pair) == [True, True]
    for post in pair:
        on_timer(harness, post)
    assert [seats_of(harness, post) for post in pair] == [[old[1]], [old[0]]]
    assert are_seats_shared(harness, *pair) == [False, False]
    assert [remote_publish_at(harness, post) for post in pair] == old[::-1]
    swapped(harness, *pair)
    swapped(harness, *pair)  # back again before any worker has seen the first
    assert [seats_of(harness, post) for post in pair] == [old, old]
    for post in pair:
        on_timer(harness, post)
    assert [remote_publish_at(harness, post) for post in pair] == old[::-1]


def are_seats_shared(harness: WorkerHarness, *posts: Post) -> list[bool]:
    """Of each post: whether another one may still be published in its seat."""
    claims = [Claim("", JobKind.POST, post.id, "", 1, 0) for post in posts]
    with harness.database.read() as session:
        found = load_many(session, claims)
    return [found[post.id].is_seat_shared for post in posts]


def swapped(harness: WorkerHarness, first: Post, second: Post) -> None:
    """Exchange the slots of two posts."""
    body = SwapBody.model_validate({"with": second.id})
    swap(harness.context(), harness.organization_id, first.id, body)
