"""Every change of a post's status is an event for each subscriber, once."""

import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from models.organizations import SocialSettings
from models.posts import Post
from models.statuses import DeliveryStatus, PostStatus
from models.store import clock
from models.store.jobs import job_queue
from models.store.tenants import social_settings
from models.tables import DELIVERY, WEBHOOK_DELIVERY
from models.task_names import JobKind
from models.webhooks import EVENT_FOR_STATUS
from scheduler.seating.replan import replan_queue
from scheduler.seating.seat_backlog import seat_backlog
from services.posts import approval
from tests.integration.scheduler.queue_factories import database_now, rule_near
from tests.integration.store.webhook_factories import add_endpoint
from tests.integration.worker.post_changes import change_post, edit_post, remove_post, retry_post
from tests.integration.worker.queue_helpers import (
    SPACED_TERMS,
    backdate_slot,
    queue_post,
    set_rules,
)
from tests.integration.worker.webhooks.webhook_receiver import run_receiver
from tests.integration.worker.worker_harness import WorkerHarness

FAR = 7200
HOUR = timedelta(hours=1)
# For tests that need only one of the two databases.
on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


class EventListener:
    """An endpoint that subscribes to all events, and the events that were written for it."""

    def __init__(self, harness: WorkerHarness, url: str) -> None:
        self.harness = harness
        self.endpoint = add_endpoint(harness.database, harness.organization_id, url=url)

    def payloads(self, post: Post) -> list[dict[str, Any]]:
        """What was written about a post, in order."""
        query = select(WEBHOOK_DELIVERY.c.payload).where(
            WEBHOOK_DELIVERY.c.endpoint_id == self.endpoint
        )
        with self.harness.database.read() as session:
            rows = session.connection().execute(
                query.order_by(WEBHOOK_DELIVERY.c.created_at, WEBHOOK_DELIVERY.c.id)
            )
            found = [json.loads(text) for text in rows.scalars()]
        return [each for each in found if each["data"]["postId"] == post.id]

    def heard(self, post: Post) -> list[str]:
        """The types of the events; each payload has the status of its type, and the job."""
        found = self.payloads(post)
        for each in found:
            assert each["type"] == EVENT_FOR_STATUS[PostStatus(each["data"]["status"])]
            assert each["data"]["jobId"] == self.harness.job_id(post)
        return [each["type"].removeprefix("post.") for each in found]

    def instants(self, post: Post) -> list[datetime]:
        """The scheduled time in each of them."""
        found = [each["data"]["scheduledFor"] for each in self.payloads(post)]
        return [datetime.fromisoformat(each) for each in found]


@pytest.fixture
def listener(harness: WorkerHarness) -> Iterator[EventListener]:
    """An endpoint for all events."""
    with run_receiver() as receiver:
        yield EventListener(harness, receiver.url)
        for runner in harness.runners:  # before the receiver is away
            harness.stop_runner(runner)


def to_the_millisecond(instant: datetime | None) -> datetime:
    """A time in the form of an event."""
    assert instant is not None
    return instant.replace(microsecond=instant.microsecond // 1000 * 1000)


def seated(harness: WorkerHarness) -> Post:
    """A post of the queue, with a seat some hours ahead."""
    set_rules(harness, rule_near(database_now(harness.database) + 5 * HOUR))
    return queue_post(harness)


def in_queue(harness: WorkerHarness, work: Callable[..., object]) -> None:
    """Run something with the organization's settings locked."""
    with harness.database.write() as session:
        settings = social_settings.lock_organization(session, harness.organization_id)
        work(session, settings, clock.now(session), SPACED_TERMS)


def require_approval(harness: WorkerHarness) -> None:
    """Posts wait for a person from now on."""
    with harness.database.write() as session:
        settings = session.get_one(SocialSettings, harness.organization_id)
        settings.approve_api_posts = True
        session.add(settings)


def test_acceptance(harness: WorkerHarness, listener: EventListener) -> None:
    """With a time or a seat: scheduled. As a draft, to publish now or without a seat: no event."""
    timed, on_seat = harness.schedule(FAR), seated(harness)
    assert (listener.heard(timed), listener.heard(on_seat)) == (["scheduled"], ["scheduled"])
    for post in (timed, on_seat):
        assert listener.instants(post) == [to_the_millisecond(post.scheduled_for)]
    set_rules(harness)
    at = (database_now(harness.database) + HOUR).isoformat()
    draft = harness.accept(publishMode="draft", scheduledAt=at)
    for post in (queue_post(harness), draft, harness.accept()):
        assert listener.heard(post) == []


def test_a_seat_that_is_found_later(harness: WorkerHarness, listener: EventListener) -> None:
    """The backlog gets seats when there are some: one event for each post."""
    posts = [queue_post(harness, str(number)) for number in range(2)]
    set_rules(harness, rule_near(database_now(harness.database) + 5 * HOUR))
    in_queue(harness, seat_backlog)
    for post in posts:
        assert listener.heard(post) == ["scheduled"]
        assert listener.instants(post) == [to_the_millisecond(harness.post(post.id).scheduled_for)]


def test_edits(harness: WorkerHarness, listener: EventListener) -> None:
    """Another time is an event; another text, the same time, or becoming a draft is none."""
    post = harness.schedule(FAR)
    edit_post(harness, post, caption="Other words")
    assert post.scheduled_for is not None
    edit_post(harness, post, mode="schedule", scheduledAt=post.scheduled_for.isoformat())
    assert listener.heard(post) == ["scheduled"]
    edit_post(harness, post, seconds=2 * FAR)
    edit_post(harness, post, mode="draft")
    assert listener.heard(post) == ["scheduled"] * 2
    edit_post(harness, post, seconds=3 * FAR)
    assert listener.heard(post) == ["scheduled"] * 3
    assert len(set(listener.instants(post))) == 3


def test_a_replan(harness: WorkerHarness, listener: EventListener) -> None:
    """A moved post has an event with its new time; a post without a new seat, or that stays, has
    none."""
    post = seated(harness)
    in_queue(harness, replan_queue)
    assert listener.heard(post) == ["scheduled"]
    set_rules(harness, rule_near(database_now(harness.database) + 9 * HOUR))
    in_queue(harness, replan_queue)
    assert listener.heard(post) == ["scheduled"] * 2
    assert listener.instants(post)[1] == to_the_millisecond(harness.post(post.id).scheduled_for)
    assert len(set(listener.instants(post))) == 2
    set_rules(harness)
    in_queue(harness, replan_queue)
    assert harness.post(post.id).status == "backlog"
    assert listener.heard(post) == ["scheduled"] * 2


@on_sqlite
def test_a_dry_replan_tells_nothing(harness: WorkerHarness, listener: EventListener) -> None:
    """It is rolled back, with its events."""
    post = seated(harness)
    set_rules(harness, rule_near(database_now(harness.database) + 9 * HOUR))
    with harness.database.write() as session:
        settings = social_settings.lock_organization(session, harness.organization_id)
        assert replan_queue(session, settings, clock.now(session), SPACED_TERMS)
        session.rollback()
    assert listener.heard(post) == ["scheduled"]


@on_sqlite
def test_approval(harness: WorkerHarness, listener: EventListener) -> None:
    """Nothing while it waits; scheduled after its approval; sent back, with what has
    to change; and rejected."""
    set_rules(harness, rule_near(database_now(harness.database) + 5 * HOUR))
    require_approval(harness)
    posts = timed, queued, rejected = (
        harness.schedule(FAR),
        queue_post(harness),
        harness.schedule(FAR),
    )
    assert [listener.heard(post) for post in posts] == [[], [], []]
    for post in (timed, queued):
        change_post(
            harness, post, lambda *found: approval.approve(found[0], harness.context(), *found[1:])
        )
    change_post(
        harness,
        rejected,
        lambda session, found, at: approval.request_changes(session, found, "Shorter", None, at),
    )
    change_post(
        harness, rejected, lambda session, found, at: approval.submit(session, found, None, at)
    )
    change_post(
        harness, rejected, lambda session, found, at: approval.reject(session, found, None, at)
    )
    ends = ["changes_requested", "rejected"]
    assert [listener.heard(post) for post in posts] == [["scheduled"], ["scheduled"], ends]
    assert [each["data"]["reason"] for each in listener.payloads(rejected)] == ["Shorter", None]


def test_removals(harness: WorkerHarness, listener: EventListener) -> None:
    """Cancelled at once, or when the provider has confirmed it: one event then."""
    fresh = harness.schedule(FAR)
    remove_post(harness, fresh)
    assert listener.heard(fresh) == ["scheduled", "cancelled"]
    known = harness.schedule(FAR)
    harness.dispatch_until(
        lambda: harness.deliveries(known)["x"].status == "scheduled", what="the timer"
    )
    harness.dispatch_until(lambda: harness.read_job(known.id).claim is None, what="its rest")
    remove_post(harness, known)
    assert listener.heard(known) == ["scheduled"]
    harness.run_to_end(known)
    remove_post(harness, known)
    assert listener.heard(known) == ["scheduled", "cancelled"]


def test_outcomes(harness: WorkerHarness, listener: EventListener) -> None:
    """Published, partial, failed: with the links and errors of every account."""
    good = harness.accept(platforms=["x", "threads"])
    half = harness.accept("[[refuse:linkedin]]", platforms=["x", "linkedin"])
    bad = harness.accept("[[refuse]]")
    harness.run_to_end(good, half, bad)
    assert [listener.heard(post) for post in (good, half, bad)] == [
        ["published"],
        ["partial"],
        ["failed"],
    ]
    for post in (good, half, bad):
        ((data,),) = [[each["data"] for each in listener.payloads(post)]]
        row, parts = harness.post(post.id), harness.deliveries(post)
        assert data["reason"] == row.reason
        assert (data["publishedAt"] is None) == (row.published_at is None)
        assert [each["platform"] for each in data["deliveries"]] == row.platforms
        for each in data["deliveries"]:
            part = parts[each["platform"]]
            told = (each["status"], each["link"], each["error"], each["accountId"])
            assert told == (part.status, part.link, part.error, part.account_id)


@on_sqlite
def test_retries(harness: WorkerHarness, listener: EventListener) -> None:
    """Its new end is an event like the first one; if its slot is ahead, it is scheduled first."""
    post = harness.accept("[[refuse]]")
    harness.run_to_end(post)
    retry_post(harness, post)
    assert listener.heard(post) == ["failed"]
    harness.run_to_end(post)
    assert listener.heard(post) == ["failed", "failed"]
    link = f"{harness.simulator.origin}/media/gone.jpg"
    ahead = harness.schedule(FAR, "photo", "photo", photoUrls=[link])
    harness.run_to_end(ahead)
    retry_post(harness, ahead)
    assert listener.heard(ahead) == ["scheduled", "failed", "scheduled"]


@on_sqlite
def test_what_cannot_be_known(harness: WorkerHarness, listener: EventListener) -> None:
    """It has its own event, for a person."""
    post = harness.schedule(FAR)
    with harness.database.write() as session:
        lost = update(DELIVERY).where(DELIVERY.c.post_id == post.id)
        session.connection().execute(lost.values(status=DeliveryStatus.UNKNOWN))
        job_queue.wake(session, JobKind.POST, [post.id], clock.now(session))
    harness.run_to_end(post)
    assert listener.heard(post) == ["scheduled", "unknown"]


@on_sqlite
def test_missed_slots(harness: WorkerHarness, listener: EventListener) -> None:
    """Missed is an event; after its release it is scheduled again, for its turn or for the next
    free slot."""
    posts = seated(harness), queue_post(harness)
    for post in posts:
        backdate_slot(harness, post)
    harness.run_to_end(*posts)
    turn, seat = posts
    change_post(
        harness, turn, lambda *f: approval.release(f[0], harness.context(), f[1], next_slot=False)
    )
    change_post(
        harness, seat, lambda *f: approval.release(f[0], harness.context(), f[1], next_slot=True)
    )
    for post in posts:
        assert listener.heard(post) == ["scheduled", "missed", "scheduled"]
    assert listener.payloads(turn)[2]["data"]["lateAt"] is not None
    assert listener.instants(seat)[2] > database_now(harness.database)


def test_what_is_written_is_sent(harness: WorkerHarness, listener: EventListener) -> None:
    """From acceptance to publication, with a running worker: each event arrives, once."""
    with run_receiver() as receiver:
        add_endpoint(harness.database, harness.organization_id, url=receiver.url)
        post = harness.schedule(1.5)
        harness.run_to_end(post)
        harness.dispatch_until(lambda: len(receiver.calls) == 2, what="both events")
        assert sorted(receiver.events()) == ["post.published", "post.scheduled"]
        assert len({call.id for call in receiver.calls}) == 2
        assert all(call.verify_signature()["data"]["postId"] == post.id for call in receiver.calls)
        for runner in harness.runners:
            harness.stop_runner(runner)
    assert listener.heard(post) == ["scheduled", "published"]
