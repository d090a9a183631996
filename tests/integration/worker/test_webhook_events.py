"""Every way by which a post gets another status is told to those who listen, once."""

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
from models.store.posts.posts import DELIVERY
from models.store.queue import seats
from models.store.webhooks.outbox import WEBHOOK_DELIVERY
from models.task_names import JobKind
from models.webhooks import EVENT_FOR_STATUS
from scheduler.seating.allocation import seat_backlog
from scheduler.seating.replan import replan_queue
from services.posts import approval
from tests.integration.scheduler.house import database_now, rule_near
from tests.integration.store.listeners import add_endpoint
from tests.integration.worker.changing import change_post, edit_post, remove_post, retry_post
from tests.integration.worker.queueing import SPACED_TERMS, backdate_slot, queue_post, set_rules
from tests.integration.worker.receiver import run_receiver
from tests.integration.worker.workshop import WorkerHarness

FAR = 7200
HOUR = timedelta(hours=1)
# Where both databases are asked the same as elsewhere.
on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


class EventListener:
    """An endpoint that hears of all, and what was written for it."""

    def __init__(self, shop: WorkerHarness, url: str) -> None:
        self.shop = shop
        self.endpoint = add_endpoint(shop.database, shop.organization_id, url=url)

    def payloads(self, post: Post) -> list[dict[str, Any]]:
        """What was written about a post, in its order."""
        query = select(WEBHOOK_DELIVERY.c.payload).where(
            WEBHOOK_DELIVERY.c.endpoint_id == self.endpoint
        )
        with self.shop.database.read() as session:
            rows = session.connection().execute(
                query.order_by(WEBHOOK_DELIVERY.c.created_at, WEBHOOK_DELIVERY.c.id)
            )
            found = [json.loads(text) for text in rows.scalars()]
        return [each for each in found if each["data"]["postId"] == post.id]

    def heard(self, post: Post) -> list[str]:
        """The events alone; each tells of the status that it is named for, and of the job."""
        found = self.payloads(post)
        for each in found:
            assert each["type"] == EVENT_FOR_STATUS[PostStatus(each["data"]["status"])]
            assert each["data"]["jobId"] == self.shop.job_id(post)
        return [each["type"].removeprefix("post.") for each in found]

    def instants(self, post: Post) -> list[datetime]:
        """For when each of them says that the post is scheduled."""
        found = [each["data"]["scheduledFor"] for each in self.payloads(post)]
        return [datetime.fromisoformat(each) for each in found]


@pytest.fixture
def ear(shop: WorkerHarness) -> Iterator[EventListener]:
    """An endpoint that takes everything."""
    with run_receiver() as receiver:
        yield EventListener(shop, receiver.url)
        for engine in shop.runners:  # before the receiver is away
            shop.stop_runner(engine)


def to_the_millisecond(instant: datetime | None) -> datetime:
    """As events write an instant."""
    assert instant is not None
    return instant.replace(microsecond=instant.microsecond // 1000 * 1000)


def seated(shop: WorkerHarness) -> Post:
    """A post of the queue, on a seat some hours ahead."""
    set_rules(shop, rule_near(database_now(shop.database) + 5 * HOUR))
    return queue_post(shop)


def in_queue(shop: WorkerHarness, work: Callable[..., object]) -> None:
    """Do something with the organization's settings locked."""
    with shop.database.write() as session:
        settings = seats.lock_organization(session, shop.organization_id)
        work(session, settings, clock.now(session), SPACED_TERMS)


def require_approval(shop: WorkerHarness) -> None:
    """Posts wait for a person from now on."""
    with shop.database.write() as session:
        settings = session.get_one(SocialSettings, shop.organization_id)
        settings.approve_api_posts = True
        session.add(settings)


def test_acceptance(shop: WorkerHarness, ear: EventListener) -> None:
    """With an instant or a seat it is scheduled; as a draft, at once or without a seat, not."""
    timed, on_seat = shop.schedule(FAR), seated(shop)
    assert (ear.heard(timed), ear.heard(on_seat)) == (["scheduled"], ["scheduled"])
    for post in (timed, on_seat):
        assert ear.instants(post) == [to_the_millisecond(post.scheduled_for)]
    set_rules(shop)
    at = (database_now(shop.database) + HOUR).isoformat()
    draft = shop.accept(publishMode="draft", scheduledAt=at)
    for post in (queue_post(shop), draft, shop.accept()):
        assert ear.heard(post) == []


def test_a_seat_that_is_found_later(shop: WorkerHarness, ear: EventListener) -> None:
    """The backlog sits down when there are seats: each post of it is told of."""
    posts = [queue_post(shop, str(number)) for number in range(2)]
    set_rules(shop, rule_near(database_now(shop.database) + 5 * HOUR))
    in_queue(shop, seat_backlog)
    for post in posts:
        assert ear.heard(post) == ["scheduled"]
        assert ear.instants(post) == [to_the_millisecond(shop.post(post.id).scheduled_for)]


def test_edits(shop: WorkerHarness, ear: EventListener) -> None:
    """Another instant is told; other words, the same instant, or becoming a draft are not."""
    post = shop.schedule(FAR)
    edit_post(shop, post, caption="Other words")
    assert post.scheduled_for is not None
    edit_post(shop, post, mode="schedule", scheduledAt=post.scheduled_for.isoformat())
    assert ear.heard(post) == ["scheduled"]
    edit_post(shop, post, seconds=2 * FAR)
    edit_post(shop, post, mode="draft")
    assert ear.heard(post) == ["scheduled"] * 2
    edit_post(shop, post, seconds=3 * FAR)
    assert ear.heard(post) == ["scheduled"] * 3
    assert len(set(ear.instants(post))) == 3


def test_a_replan(shop: WorkerHarness, ear: EventListener) -> None:
    """Who moves is told of with the new instant; who finds no seat, or stays, is not."""
    post = seated(shop)
    in_queue(shop, replan_queue)
    assert ear.heard(post) == ["scheduled"]
    set_rules(shop, rule_near(database_now(shop.database) + 9 * HOUR))
    in_queue(shop, replan_queue)
    assert ear.heard(post) == ["scheduled"] * 2
    assert ear.instants(post)[1] == to_the_millisecond(shop.post(post.id).scheduled_for)
    assert len(set(ear.instants(post))) == 2
    set_rules(shop)
    in_queue(shop, replan_queue)
    assert shop.post(post.id).status == "backlog"
    assert ear.heard(post) == ["scheduled"] * 2


@on_sqlite
def test_a_dry_replan_tells_nothing(shop: WorkerHarness, ear: EventListener) -> None:
    """What is only looked at is rolled back, with its news."""
    post = seated(shop)
    set_rules(shop, rule_near(database_now(shop.database) + 9 * HOUR))
    with shop.database.write() as session:
        settings = seats.lock_organization(session, shop.organization_id)
        assert replan_queue(session, settings, clock.now(session), SPACED_TERMS)
        session.rollback()
    assert ear.heard(post) == ["scheduled"]


@on_sqlite
def test_approval(shop: WorkerHarness, ear: EventListener) -> None:
    """Nothing while it waits; scheduled once it is approved; a rejection has no event."""
    set_rules(shop, rule_near(database_now(shop.database) + 5 * HOUR))
    require_approval(shop)
    posts = timed, queued, rejected = shop.schedule(FAR), queue_post(shop), shop.schedule(FAR)
    assert [ear.heard(post) for post in posts] == [[], [], []]
    for post in (timed, queued):
        change_post(shop, post, lambda *found: approval.approve(found[0], shop.context(), *found[1:]))
    change_post(shop, rejected, lambda session, found, at: approval.reject(session, found, None, at))
    assert [ear.heard(post) for post in posts] == [["scheduled"], ["scheduled"], []]


def test_removals(shop: WorkerHarness, ear: EventListener) -> None:
    """Cancelled at once, or when the provider has said so, which is told then, and once."""
    fresh = shop.schedule(FAR)
    remove_post(shop, fresh)
    assert ear.heard(fresh) == ["scheduled", "cancelled"]
    known = shop.schedule(FAR)
    shop.dispatch_until(lambda: shop.deliveries(known)["x"].status == "scheduled", what="the timer")
    shop.dispatch_until(lambda: shop.read_job(known.id).claim is None, what="its rest")
    remove_post(shop, known)
    assert ear.heard(known) == ["scheduled"]
    shop.run_to_end(known)
    remove_post(shop, known)
    assert ear.heard(known) == ["scheduled", "cancelled"]


def test_outcomes(shop: WorkerHarness, ear: EventListener) -> None:
    """Published, partial, failed: with the links and errors of every account."""
    good = shop.accept(platforms=["x", "threads"])
    half = shop.accept("[[refuse:linkedin]]", platforms=["x", "linkedin"])
    bad = shop.accept("[[refuse]]")
    shop.run_to_end(good, half, bad)
    assert [ear.heard(post) for post in (good, half, bad)] == [
        ["published"],
        ["partial"],
        ["failed"],
    ]
    for post in (good, half, bad):
        ((data,),) = [[each["data"] for each in ear.payloads(post)]]
        row, parts = shop.post(post.id), shop.deliveries(post)
        assert data["reason"] == row.reason
        assert (data["publishedAt"] is None) == (row.published_at is None)
        assert [each["platform"] for each in data["deliveries"]] == row.platforms
        for each in data["deliveries"]:
            part = parts[each["platform"]]
            told = (each["status"], each["link"], each["error"], each["accountId"])
            assert told == (part.status, part.link, part.error, part.account_id)


@on_sqlite
def test_retries(shop: WorkerHarness, ear: EventListener) -> None:
    """Its new end is told like the first one; where its slot is ahead, it is scheduled first."""
    post = shop.accept("[[refuse]]")
    shop.run_to_end(post)
    retry_post(shop, post)
    assert ear.heard(post) == ["failed"]
    shop.run_to_end(post)
    assert ear.heard(post) == ["failed", "failed"]
    link = f"{shop.simulator.origin}/media/gone.jpg"
    ahead = shop.schedule(FAR, "photo", "photo", photoUrls=[link])
    shop.run_to_end(ahead)
    retry_post(shop, ahead)
    assert ear.heard(ahead) == ["scheduled", "failed", "scheduled"]


@on_sqlite
def test_what_cannot_be_known(shop: WorkerHarness, ear: EventListener) -> None:
    """It has an event of its own, for a person."""
    post = shop.schedule(FAR)
    with shop.database.write() as session:
        lost = update(DELIVERY).where(DELIVERY.c.post_id == post.id)
        session.connection().execute(lost.values(status=DeliveryStatus.UNKNOWN))
        job_queue.wake(session, JobKind.POST, [post.id], clock.now(session))
    shop.run_to_end(post)
    assert ear.heard(post) == ["scheduled", "unknown"]


@on_sqlite
def test_missed_slots(shop: WorkerHarness, ear: EventListener) -> None:
    """Missed is told; let go, it is scheduled again, for its turn or for the next free slot."""
    posts = seated(shop), queue_post(shop)
    for post in posts:
        backdate_slot(shop, post)
    shop.run_to_end(*posts)
    turn, seat = posts
    change_post(shop, turn, lambda *f: approval.release(f[0], shop.context(), f[1], next_slot=False))
    change_post(shop, seat, lambda *f: approval.release(f[0], shop.context(), f[1], next_slot=True))
    for post in posts:
        assert ear.heard(post) == ["scheduled", "missed", "scheduled"]
    assert ear.payloads(turn)[2]["data"]["lateAt"] is not None
    assert ear.instants(seat)[2] > database_now(shop.database)


def test_what_is_written_is_sent(shop: WorkerHarness, ear: EventListener) -> None:
    """From acceptance to publication, with a worker at work: each event arrives, once."""
    with run_receiver() as receiver:
        add_endpoint(shop.database, shop.organization_id, url=receiver.url)
        post = shop.schedule(1.5)
        shop.run_to_end(post)
        shop.dispatch_until(lambda: len(receiver.calls) == 2, what="both events")
        assert sorted(receiver.events()) == ["post.published", "post.scheduled"]
        assert len({call.id for call in receiver.calls}) == 2
        assert all(call.verify_signature()["data"]["postId"] == post.id for call in receiver.calls)
        for engine in shop.runners:
            shop.stop_runner(engine)
    assert ear.heard(post) == ["scheduled", "published"]
