"""After an outage: late posts go out in order and one after another; after the grace period the
policy decides."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise

import pytest
from sqlalchemy import update

from models.posts import Post
from models.tables import POST
from scheduler.recurrence.occurrences import Rule
from scheduler.recurrence.patterns import CronPattern
from tests.integration.scheduler.queue_factories import database_now, rule_near
from tests.integration.worker.pipeline_observer import assert_published_once
from tests.integration.worker.queue_helpers import (
    SPACED_TERMS,
    SPACING,
    backdate_slot,
    is_created,
    queue_post,
    remote_publish_at,
    set_rules,
)
from tests.integration.worker.worker_harness import WorkerHarness
from worker.planner.policy import MissedPolicy

HOUR = timedelta(hours=1)
# More than LATE_AFTER, less than the grace period; no post is late a second time in the test.
LATE = timedelta(seconds=25)
LATE_AFTER = timedelta(seconds=20)


def assert_left_apart(harness: WorkerHarness, posts: Sequence[Post], per_instant: int) -> None:
    """A limited number at a time, with the spacing between, in their order, each once."""
    ended = harness.run_to_end(*posts)
    assert_published_once(harness, *posts)
    instants = [post.late_at for post in ended]
    assert None not in instants, [harness.step_outcomes(post) for post in posts]
    leaders = [at for at in instants[::per_instant] if at]
    assert instants == [leaders[place // per_instant] for place in range(len(posts))]
    assert all(b - a >= SPACING for a, b in pairwise(leaders))
    for post in ended:
        assert post.published_at is not None
        assert post.late_at is not None
        assert post.published_at >= post.late_at


def late_posts(harness: WorkerHarness, count: int) -> list[Post]:
    """Posts whose slots passed while no worker ran, a short time after each other."""
    posts = [harness.schedule(HOUR.total_seconds(), str(number)) for number in range(count)]
    with harness.database.write() as session:
        for number, post in enumerate(posts):
            at = database_now(harness.database) - LATE + timedelta(milliseconds=number)
            values = {"scheduled_for": at, "opens_at": at - HOUR}
            session.connection().execute(update(POST).where(POST.c.id == post.id).values(values))
    return posts


@pytest.mark.parametrize("per_slot", [1, 2])
def test_late_posts_leave_apart_and_oldest_first(harness: WorkerHarness, per_slot: int) -> None:
    """Within the grace period: at most maxPostsPerSlot at a time, LATE_SPACING apart, no burst."""
    set_rules(harness, per_slot=per_slot)
    harness.start_runner(late_after=LATE_AFTER, scheduling=SPACED_TERMS)
    posts = late_posts(harness, 4)
    assert_left_apart(harness, posts, per_slot)


def test_publish_late_spaces_them_beyond_the_grace_too(harness: WorkerHarness) -> None:
    """Policy publish_late: they are still published, one after another."""
    grace = timedelta(seconds=10)
    harness.start_runner(
        late_after=LATE_AFTER,
        missed_grace=grace,
        scheduling=SPACED_TERMS,
        missed=MissedPolicy.PUBLISH_LATE,
    )
    posts = late_posts(harness, 3)
    assert_left_apart(harness, posts, 1)


def test_hold_keeps_a_missed_post_for_a_person(harness: WorkerHarness) -> None:
    """Policy hold: missed, with a reason, and nothing was sent."""
    set_rules(harness, rule_near(database_now(harness.database) + HOUR))
    post = queue_post(harness)
    backdate_slot(harness, post)
    (ended,) = harness.run_to_end(post)
    assert ended.status == "missed"
    assert "its grace is over" in str(ended.reason)
    assert harness.list_publications(post) == []


@pytest.mark.timeout(240)
def test_next_slot_gives_a_missed_post_a_new_seat(harness: WorkerHarness) -> None:
    """An existing draft is updated, gets its new time, and is published then, once."""
    harness.start_runner(missed=MissedPolicy.NEXT_SLOT, scheduling=SPACED_TERMS)
    far = rule_near(database_now(harness.database) + timedelta(days=3))
    set_rules(harness, far)
    post = queue_post(harness)
    harness.dispatch_until(lambda: is_created(harness, post), what="a draft")
    set_rules(harness, Rule(CronPattern("* * * * *"), "UTC"))
    backdate_slot(harness, post)
    newer = harness.dispatch_until(lambda: reseated(harness, post), what="a new seat")
    assert newer.scheduled_for > database_now(harness.database)
    harness.dispatch_until(
        lambda: remote_publish_at(harness, post) == newer.scheduled_for, what="the new publishAt"
    )
    harness.dispatch_until(lambda: harness.find_ended(post.id), timeout=90, what="its publication")
    assert_published_once(harness, post)
    assert "update done" in harness.step_outcomes(post)
    published = harness.post(post.id).published_at
    assert published is not None
    assert published >= newer.scheduled_for


def reseated(harness: WorkerHarness, post: Post) -> Post | None:
    """The post, as soon as it has a seat in a future slot."""
    found = harness.post(post.id)
    is_new = found.scheduled_for is not None and found.scheduled_for > database_now(
        harness.database
    )
    return found if is_new else None
