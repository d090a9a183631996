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
from tests.integration.scheduler.house import now, rule_near
from tests.integration.store.listeners import listen
from tests.integration.worker.changing import changed, edited, removed, retried
from tests.integration.worker.queueing import SPACED, past, queue, set_rules
from tests.integration.worker.receiver import receiving
from tests.integration.worker.workshop import Workshop

FAR = 7200
HOUR = timedelta(hours=1)
# Where both databases are asked the same as elsewhere.
on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


class Ear:
    """An endpoint that hears of all, and what was written for it."""

    def __init__(self, shop: Workshop, url: str) -> None:
        self.shop = shop
        self.endpoint = listen(shop.database, shop.organization_id, url=url)

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
def ear(shop: Workshop) -> Iterator[Ear]:
    """An endpoint that takes everything."""
    with receiving() as receiver:
        yield Ear(shop, receiver.url)
        for engine in shop.engines:  # before the receiver is away
            shop.fire(engine)


def to_the_millisecond(instant: datetime | None) -> datetime:
    """As events write an instant."""
    assert instant is not None
    return instant.replace(microsecond=instant.microsecond // 1000 * 1000)


def seated(shop: Workshop) -> Post:
    """A post of the queue, on a seat some hours ahead."""
    set_rules(shop, rule_near(now(shop.database) + 5 * HOUR))
    return queue(shop)


def in_queue(shop: Workshop, work: Callable[..., object]) -> None:
    """Do something with the organization's settings locked."""
    with shop.database.write() as session:
        settings = seats.lock_organization(session, shop.organization_id)
        work(session, settings, clock.now(session), SPACED)


def require_approval(shop: Workshop) -> None:
    """Posts wait for a person from now on."""
    with shop.database.write() as session:
        settings = session.get_one(SocialSettings, shop.organization_id)
        settings.approve_api_posts = True
        session.add(settings)


def test_acceptance(shop: Workshop, ear: Ear) -> None:
    """With an instant or a seat it is scheduled; as a draft, at once or without a seat, not."""
    timed, on_seat = shop.schedule(FAR), seated(shop)
    assert (ear.heard(timed), ear.heard(on_seat)) == (["scheduled"], ["scheduled"])
    for post in (timed, on_seat):
        assert ear.instants(post) == [to_the_millisecond(post.scheduled_for)]
    set_rules(shop)
    at = (now(shop.database) + HOUR).isoformat()
    draft = shop.accept(publishMode="draft", scheduledAt=at)
    for post in (queue(shop), draft, shop.accept()):
        assert ear.heard(post) == []


def test_a_seat_that_is_found_later(shop: Workshop, ear: Ear) -> None:
    """The backlog sits down when there are seats: each post of it is told of."""
    posts = [queue(shop, str(number)) for number in range(2)]
    set_rules(shop, rule_near(now(shop.database) + 5 * HOUR))
    in_queue(shop, seat_backlog)
    for post in posts:
        assert ear.heard(post) == ["scheduled"]
        assert ear.instants(post) == [to_the_millisecond(shop.post(post.id).scheduled_for)]


def test_edits(shop: Workshop, ear: Ear) -> None:
    """Another instant is told; other words, the same instant, or becoming a draft are not."""
    post = shop.schedule(FAR)
    edited(shop, post, caption="Other words")
    assert post.scheduled_for is not None
    edited(shop, post, mode="schedule", scheduledAt=post.scheduled_for.isoformat())
    assert ear.heard(post) == ["scheduled"]
    edited(shop, post, seconds=2 * FAR)
    edited(shop, post, mode="draft")
    assert ear.heard(post) == ["scheduled"] * 2
    edited(shop, post, seconds=3 * FAR)
    assert ear.heard(post) == ["scheduled"] * 3
    assert len(set(ear.instants(post))) == 3


def test_a_replan(shop: Workshop, ear: Ear) -> None:
    """Who moves is told of with the new instant; who finds no seat, or stays, is not."""
    post = seated(shop)
    in_queue(shop, replan_queue)
    assert ear.heard(post) == ["scheduled"]
    set_rules(shop, rule_near(now(shop.database) + 9 * HOUR))
    in_queue(shop, replan_queue)
    assert ear.heard(post) == ["scheduled"] * 2
    assert ear.instants(post)[1] == to_the_millisecond(shop.post(post.id).scheduled_for)
    assert len(set(ear.instants(post))) == 2
    set_rules(shop)
    in_queue(shop, replan_queue)
    assert shop.post(post.id).status == "backlog"
    assert ear.heard(post) == ["scheduled"] * 2


@on_sqlite
def test_a_dry_replan_tells_nothing(shop: Workshop, ear: Ear) -> None:
    """What is only looked at is rolled back, with its news."""
    post = seated(shop)
    set_rules(shop, rule_near(now(shop.database) + 9 * HOUR))
    with shop.database.write() as session:
        settings = seats.lock_organization(session, shop.organization_id)
        assert replan_queue(session, settings, clock.now(session), SPACED)
        session.rollback()
    assert ear.heard(post) == ["scheduled"]


@on_sqlite
def test_approval(shop: Workshop, ear: Ear) -> None:
    """Nothing while it waits; scheduled once it is approved; a rejection has no event."""
    set_rules(shop, rule_near(now(shop.database) + 5 * HOUR))
    require_approval(shop)
    posts = timed, queued, rejected = shop.schedule(FAR), queue(shop), shop.schedule(FAR)
    assert [ear.heard(post) for post in posts] == [[], [], []]
    for post in (timed, queued):
        changed(shop, post, lambda *found: approval.approve(found[0], shop.context(), *found[1:]))
    changed(shop, rejected, lambda session, found, at: approval.reject(session, found, None, at))
    assert [ear.heard(post) for post in posts] == [["scheduled"], ["scheduled"], []]


def test_removals(shop: Workshop, ear: Ear) -> None:
    """Cancelled at once, or when the provider has said so, which is told then, and once."""
    fresh = shop.schedule(FAR)
    removed(shop, fresh)
    assert ear.heard(fresh) == ["scheduled", "cancelled"]
    known = shop.schedule(FAR)
    shop.until(lambda: shop.deliveries(known)["x"].status == "scheduled", what="the timer")
    shop.until(lambda: shop.job(known.id).claim is None, what="its rest")
    removed(shop, known)
    assert ear.heard(known) == ["scheduled"]
    shop.settle(known)
    removed(shop, known)
    assert ear.heard(known) == ["scheduled", "cancelled"]


def test_outcomes(shop: Workshop, ear: Ear) -> None:
    """Published, partial, failed: with the links and errors of every account."""
    good = shop.accept(platforms=["x", "threads"])
    half = shop.accept("[[refuse:linkedin]]", platforms=["x", "linkedin"])
    bad = shop.accept("[[refuse]]")
    shop.settle(good, half, bad)
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
def test_retries(shop: Workshop, ear: Ear) -> None:
    """Its new end is told like the first one; where its slot is ahead, it is scheduled first."""
    post = shop.accept("[[refuse]]")
    shop.settle(post)
    retried(shop, post)
    assert ear.heard(post) == ["failed"]
    shop.settle(post)
    assert ear.heard(post) == ["failed", "failed"]
    link = f"{shop.simulator.origin}/media/gone.jpg"
    ahead = shop.schedule(FAR, "photo", "photo", photoUrls=[link])
    shop.settle(ahead)
    retried(shop, ahead)
    assert ear.heard(ahead) == ["scheduled", "failed", "scheduled"]


@on_sqlite
def test_what_cannot_be_known(shop: Workshop, ear: Ear) -> None:
    """It has an event of its own, for a person."""
    post = shop.schedule(FAR)
    with shop.database.write() as session:
        lost = update(DELIVERY).where(DELIVERY.c.post_id == post.id)
        session.connection().execute(lost.values(status=DeliveryStatus.UNKNOWN))
        job_queue.wake(session, JobKind.POST, [post.id], clock.now(session))
    shop.settle(post)
    assert ear.heard(post) == ["scheduled", "unknown"]


@on_sqlite
def test_missed_slots(shop: Workshop, ear: Ear) -> None:
    """Missed is told; let go, it is scheduled again, for its turn or for the next free slot."""
    posts = seated(shop), queue(shop)
    for post in posts:
        past(shop, post)
    shop.settle(*posts)
    turn, seat = posts
    changed(shop, turn, lambda *f: approval.release(f[0], shop.context(), f[1], next_slot=False))
    changed(shop, seat, lambda *f: approval.release(f[0], shop.context(), f[1], next_slot=True))
    for post in posts:
        assert ear.heard(post) == ["scheduled", "missed", "scheduled"]
    assert ear.payloads(turn)[2]["data"]["lateAt"] is not None
    assert ear.instants(seat)[2] > now(shop.database)


def test_what_is_written_is_sent(shop: Workshop, ear: Ear) -> None:
    """From acceptance to publication, with a worker at work: each event arrives, once."""
    with receiving() as receiver:
        listen(shop.database, shop.organization_id, url=receiver.url)
        post = shop.schedule(1.5)
        shop.settle(post)
        shop.until(lambda: len(receiver.calls) == 2, what="both events")
        assert sorted(receiver.events()) == ["post.published", "post.scheduled"]
        assert len({call.id for call in receiver.calls}) == 2
        assert all(call.verified()["data"]["postId"] == post.id for call in receiver.calls)
        for engine in shop.engines:
            shop.fire(engine)
    assert ear.heard(post) == ["scheduled", "published"]
