"""What searches remember never changes who sits where."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, note, settings
from hypothesis import strategies as st
from sqlalchemy import event
from sqlmodel import Session, select

from models.database import Database
from models.organizations import SocialSettings
from models.posts import Delivery, Post
from models.queue_slots import Seat
from models.statuses import PostStatus
from models.store.jobs import job_queue
from models.store.posts import post_changes, posts
from models.store.posts.posts import BACKLOG_VALUES
from models.store.queue import backlog, queue_slots, seats
from models.store.tenants import organizations
from models.task_names import JobKind
from scheduler.recurrence.occurrences import Rule
from scheduler.recurrence.patterns import parse_cron, parse_weekly
from scheduler.seating import allocation
from scheduler.seating.allocation import SchedulingConfig
from scheduler.seating.assignment import WEEKS_FULL
from scheduler.seating.replace_rules import replace_rules
from scheduler.seating.replan import replan_queue
from tests.integration.scheduler import plainly

HOUR = timedelta(hours=1)
ZONE = "America/New_York"
# A Thursday; the clock is put forward on the 8th, over the rule at 02:30.
BEGIN = datetime(2029, 3, 1, 12, tzinfo=UTC)
RULES = [
    Rule(parse_weekly(0, "02:30"), ZONE, has_own_zone=False),
    Rule(parse_weekly(0, "03:30"), ZONE, has_own_zone=False),
    Rule(parse_weekly(3, "10:00"), ZONE, has_own_zone=False),
    Rule(parse_cron("0 18 */2 * *"), "Asia/Tokyo"),
]
# Making an example smaller takes minutes here.
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)


@dataclass
class SeatingHarness:
    """One organization, what happens to it, and whether its seating is the plain one."""

    database: Database
    organization_id: str
    now: datetime = BEGIN
    scheduling: SchedulingConfig = field(
        default_factory=lambda: SchedulingConfig(horizon=timedelta(weeks=3))
    )

    def settings(self, session: Session) -> SocialSettings:
        """The settings, locked."""
        return seats.lock_organization(session, self.organization_id)

    def arrange_queue(self, session: Session) -> None:
        """Seat the backlog, and compare with the plain way."""
        session.flush()
        session.expire_all()
        row = self.settings(session)
        expected = plainly.compute_seating(session, row, self.now, self.scheduling)
        before = self._seated(session)
        count = len(allocation.seat_backlog(session, row, self.now, self.scheduling))
        after = self._seated(session)
        assert {each: after[each] for each in after.keys() - before.keys()} == expected
        assert count == len(expected)
        self.compare_shown(session, row)

    def compare_shown(self, session: Session, row: SocialSettings) -> None:
        """The next slots that are shown are the first with a free seat."""
        shown = allocation.next_free_slots(session, row, self.now, self.scheduling, 4)
        free = plainly.list_free_seats(session, row, self.now, self.scheduling)
        assert shown == list(islice(dict.fromkeys(seat.slot.at for seat in free), 4))

    def _seated(self, session: Session) -> plainly.PlacedPosts:
        mine = select(Seat).where(Seat.organization_id == self.organization_id)
        return {
            each.post_id: (each.queue_slot_id, each.local_at, each.number)
            for each in session.exec(mine)
        }

    def add(self, session: Session, **values: Any) -> Post:  # noqa: ANN401
        """A post with a delivery and a job."""
        self.now += timedelta(microseconds=1)  # no two are accepted at once
        workspace = organizations.ensure_workspace(session, self.organization_id, "simulator")
        post = Post(
            organization_id=self.organization_id,
            workspace_id=workspace.id,
            caption="",
            platforms=["x"],
            timezone=ZONE,
            accepted_at=self.now,
            **{"publish_mode": "next_slot", **values},
        )
        posts.add(session, post, [], [Delivery(post_id=post.id, platform="x")])
        job_queue.enqueue(session, JobKind.POST, post.id, self.now)
        return post

    def pick(self, session: Session, number: int, *statuses: str) -> Post | None:
        """One of the posts in such a status, by any number."""
        mine = select(Post).where(Post.organization_id == self.organization_id)
        rows = list(session.exec(mine.order_by(Post.id)))
        found = [each for each in rows if each.status in statuses]
        return found[number % len(found)] if found else None


@dataclass(frozen=True)
class QueueAction:
    """Something that happens, by a name that a failure can be read by."""

    name: str
    run: Callable[[SeatingHarness, Session], None]

    def __repr__(self) -> str:
        return self.name


def queue(kinds: Sequence[tuple[str, str | None]]) -> QueueAction:
    """Posts come for the next free slot, one after the other."""

    def act(desk: SeatingHarness, session: Session) -> None:
        for post_type, video in kinds:
            desk.add(session, post_type=post_type, video_key=video, status="backlog")
            desk.arrange_queue(session)

    return QueueAction(f"queue({kinds!r})", act)


def explicit(hours: int) -> QueueAction:
    """A short with an instant of its own counts in its week."""

    def act(desk: SeatingHarness, session: Session) -> None:
        at = desk.now + hours * HOUR
        values = {"publish_mode": "schedule", "scheduled_for": at, "video_key": "v"}
        desk.add(session, post_type="video", status="scheduled", **values)

    return QueueAction(f"explicit({hours!r})", act)


def fails(number: int) -> QueueAction:
    """A worker gives a post up, as worker.outcome_writer writes it, without the lock of the settings."""

    def act(desk: SeatingHarness, session: Session) -> None:
        post = desk.pick(session, number, "scheduled", "unknown")
        if post is not None:
            seats.release_seats(session, post.id)
            old = PostStatus(post.status)
            posts.set_status(session, post.id, old, PostStatus.FAILED, desk.now, step="outcome")
            session.expire_all()

    return QueueAction(f"fails({number!r})", act)


def misses(number: int) -> QueueAction:
    """A worker sends a post back to the backlog, with a reason."""

    def act(desk: SeatingHarness, session: Session) -> None:
        post = desk.pick(session, number, "scheduled")
        if post is not None and post.publish_mode == "next_slot":
            seats.release_seats(session, post.id)
            posts.set_status(
                session, post.id, PostStatus.SCHEDULED, PostStatus.BACKLOG, desk.now,
                step="outcome", reason="its slot was missed", **BACKLOG_VALUES,
            )  # fmt: skip
            session.expire_all()

    return QueueAction(f"misses({number!r})", act)


def moves(number: int, hours: int) -> QueueAction:
    """A person gives a post another instant; its seat is not given back yet."""

    def act(desk: SeatingHarness, session: Session) -> None:
        post = desk.pick(session, number, "scheduled", "backlog")
        locked = post_changes.lock_post(session, desk.organization_id, post.id) if post else None
        if locked is not None:
            at = desk.now + hours * HOUR
            post_changes.update_post(
                session, locked, PostStatus.SCHEDULED, desk.now,
                step="edit", scheduled_for=at, publish_mode="schedule",
            )  # fmt: skip

    return QueueAction(f"moves({number!r}, {hours!r})", act)


def removes(number: int) -> QueueAction:
    """A person removes a post."""

    def act(desk: SeatingHarness, session: Session) -> None:
        post = desk.pick(session, number, "scheduled", "backlog")
        locked = post_changes.lock_post(session, desk.organization_id, post.id) if post else None
        if locked is not None:
            seats.release_seats(session, locked.post.id)
            post_changes.update_post(session, locked, PostStatus.CANCELLED, desk.now, step="remove")
            desk.arrange_queue(session)

    return QueueAction(f"removes({number!r})", act)


def sets(name: str, value: object) -> QueueAction:
    """A setting changes."""

    def act(desk: SeatingHarness, session: Session) -> None:
        row = desk.settings(session)
        setattr(row, name, value)
        session.add(row)
        desk.arrange_queue(session)

    return QueueAction(f"sets({name!r}, {value!r})", act)


def rules(chosen: list[Rule]) -> QueueAction:
    """The rules change, or the policy on clock changes with them."""

    def act(desk: SeatingHarness, session: Session) -> None:
        row = desk.settings(session)
        row.gap_policy = "skip" if len(chosen) % 2 else "forward"
        replace_rules(session, row, chosen, desk.now, desk.scheduling.lead_time)
        desk.arrange_queue(session)

    return QueueAction(f"rules({chosen!r})", act)


def replans(desk: SeatingHarness, session: Session) -> None:
    """Who has no slot any more moves."""
    replan_queue(session, desk.settings(session), desk.now, desk.scheduling)
    desk.arrange_queue(session)


def waits(hours: int) -> QueueAction:
    """Time goes by."""

    def act(desk: SeatingHarness, session: Session) -> None:
        desk.now += hours * HOUR
        desk.compare_shown(session, desk.settings(session))

    return QueueAction(f"waits({hours!r})", act)


def looks_further(weeks: int) -> QueueAction:
    """A process with another horizon."""

    def act(desk: SeatingHarness, _session: Session) -> None:
        desk.scheduling = SchedulingConfig(horizon=timedelta(weeks=weeks))

    return QueueAction(f"looks_further({weeks!r})", act)


Kind = tuple[str, str | None]
TEXT: Kind = ("text", None)
SHORT: Kind = ("video", None)
OF_V: Kind = ("video", "v")
NUMBERS = st.integers(0, 50)
KINDS = st.sampled_from([TEXT, SHORT, OF_V, ("video", "w")])
SETTINGS = st.one_of(
    st.tuples(st.just("max_posts_per_slot"), st.integers(1, 3)),
    st.tuples(st.just("max_shorts_per_week"), st.integers(0, 3)),
    st.tuples(st.just("max_shorts_of_same_video"), st.integers(0, 3)),
    st.tuples(st.just("is_paused"), st.booleans()),
    st.tuples(st.just("blackouts"), st.sampled_from([None, [["2029-03-05", "2029-03-12"]]])),
    st.tuples(st.just("default_timezone"), st.sampled_from([ZONE, "Asia/Tokyo"])),
)
QUEUE_ACTIONS = st.one_of(
    st.lists(KINDS, min_size=1, max_size=12).map(queue),
    st.lists(KINDS, min_size=1, max_size=12).map(queue),
    st.integers(1, 400).map(explicit),
    NUMBERS.map(fails),
    NUMBERS.map(misses),
    st.builds(moves, NUMBERS, st.integers(1, 400)),
    NUMBERS.map(removes),
    SETTINGS.map(lambda pair: sets(*pair)),
    st.lists(st.sampled_from(RULES), unique=True).map(rules),
    st.just(QueueAction("replans", replans)),
    st.integers(1, 100).map(waits),
    st.integers(1, 4).map(looks_further),
    st.just(QueueAction("arrange", SeatingHarness.arrange_queue)),
)


@pytest.fixture
def new_desk(database: Database) -> Callable[[], SeatingHarness]:
    """An organization for each example, with limits that are soon reached."""

    def make() -> SeatingHarness:
        with database.write() as session:
            made, _ = organizations.create(session, "Acme", "simulator")
            desk = SeatingHarness(database, made.id)
            row = desk.settings(session)
            row.max_shorts_per_week, row.max_shorts_of_same_video = 2, 3
            row.default_timezone = ZONE
            session.add(row)
            replace_rules(session, row, RULES, BEGIN, desk.scheduling.lead_time)
        return desk

    return make


@settings(
    max_examples=12,
    deadline=None,
    phases=PHASES,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(begin=st.lists(KINDS, max_size=40).map(queue), acts=st.lists(QUEUE_ACTIONS, min_size=3, max_size=14))
def test_whatever_happens_the_plain_seating_comes_about(
    new_desk: Callable[[], SeatingHarness], begin: QueueAction, acts: list[QueueAction]
) -> None:
    """After any history of posts, holes, limits, rules and time, the same posts get the same
    seats as if everything were looked at."""
    desk = new_desk()
    note(repr(acts))
    for act in [begin, *acts]:
        with desk.database.write() as session:
            act.run(desk, session)
    with desk.database.write() as session:
        desk.arrange_queue(session)


LATER = timedelta(weeks=3)


def statements(desk: SeatingHarness, session: Session) -> int:
    """How many statements it takes to seat one more text."""
    desk.add(session, post_type="text", status="backlog")
    sent: list[str] = []

    def count(*said: Any) -> None:  # noqa: ANN401
        sent.append(said[2])

    row = desk.settings(session)
    event.listen(desk.database.engine, "before_cursor_execute", count)
    allocation.seat_backlog(session, row, desk.now, desk.scheduling)
    event.remove(desk.database.engine, "before_cursor_execute", count)
    return len(sent)


def full(desk: SeatingHarness, session: Session, count: int) -> None:
    """Seat so many texts, one seat a slot."""
    for _ in range(count):
        desk.add(session, post_type="text", status="backlog")
    desk.arrange_queue(session)


def test_a_seating_begins_where_the_last_one_ended(new_desk: Callable[[], SeatingHarness]) -> None:
    """A newcomer behind a long row of seats costs as many statements as one behind a short one."""
    desk = new_desk()
    desk.scheduling = SchedulingConfig(horizon=timedelta(weeks=300))
    with desk.database.write() as session:
        full(desk, session, 2)
        few = statements(desk, session)
        full(desk, session, 400)
        assert statements(desk, session) == few


def test_who_was_turned_away_is_not_read_again(new_desk: Callable[[], SeatingHarness]) -> None:
    """Behind a backlog that finds nothing a newcomer is offered what there is, alone; a seat that
    gets free brings the whole backlog back."""
    desk = new_desk()
    with desk.database.write() as session:
        full(desk, session, 60)
        assert backlog.list_untried(session, desk.organization_id) == []
        before = len(backlog.list_all(session, desk.organization_id))
        assert before > 10
        desk.add(session, post_type="text", status="backlog")
        (newcomer,) = backlog.list_untried(session, desk.organization_id)
        assert not allocation.seat_backlog(
            session, desk.settings(session), desk.now, desk.scheduling
        )
        assert backlog.list_untried(session, desk.organization_id) == []
        told = {each.wait_reason for each in backlog.list_all(session, desk.organization_id)}
        assert told == {"no free seat within the horizon of the search"}
        seated = desk.pick(session, 0, "scheduled")
        assert seated is not None
        seats.release_seats(session, seated.id)
        oldest = backlog.list_all(session, desk.organization_id)[0].id
        at = allocation.seat_backlog(session, desk.settings(session), desk.now, desk.scheduling)
        assert list(at) == [oldest] != [newcomer.id]


def test_a_slot_that_comes_into_view_goes_to_the_backlog(new_desk: Callable[[], SeatingHarness]) -> None:
    """As time goes by the horizon reaches further slots; the oldest of those who wait take them."""
    desk = new_desk()
    with desk.database.write() as session:
        full(desk, session, 60)
        oldest = backlog.list_all(session, desk.organization_id)[0].id
        desk.now += timedelta(days=4)
        desk.add(session, post_type="text", status="backlog")
        desk.arrange_queue(session)
        assert (
            session.exec(select(Seat).where(Seat.post_id == oldest)).one().slot_at > BEGIN + LATER
        )


def test_opening_a_slot_ignores_the_search_memory(new_desk: Callable[[], SeatingHarness]) -> None:
    """What nobody noted is found when the next slot opens."""
    desk = new_desk()
    with desk.database.write() as session:
        full(desk, session, 60)
        session.connection().execute(seats.SEAT.delete())  # behind everybody's back
        assert not allocation.seat_backlog(
            session, desk.settings(session), desk.now, desk.scheduling
        )
        rule = queue_slots.list_active(session, desk.organization_id)[0]
        at = desk.now + HOUR
        values = {"queue_slot_id": rule.id, "local_at": at.replace(tzinfo=None), "slot_at": at}
        made = queue_slots.FIRING.insert().values(**values, fired_at=desk.now)
        firing = session.connection().execute(made.returning(queue_slots.FIRING.c.id))
        assert allocation.open_slot(session, firing.scalar_one(), desk.now, desk.scheduling) > 5


LEAVES: dict[str, Callable[[SeatingHarness, Session], None]] = {
    "fails": lambda desk, session: fails(0).run(desk, session),
    "moves": lambda desk, session: moves(0, 24 * 300).run(desk, session),
    "is removed": lambda desk, session: removes(0).run(desk, session),
}


@pytest.mark.parametrize("what", LEAVES)
def test_a_short_that_leaves_its_week_makes_room(new_desk: Callable[[], SeatingHarness], what: str) -> None:
    """One with an instant of its own, which has no seat to give back, frees its week all the same:
    the short that waited takes a seat there."""
    desk = new_desk()
    desk.scheduling = SchedulingConfig(horizon=timedelta(days=5))
    with desk.database.write() as session:
        sets("max_shorts_per_week", 1).run(desk, session)
        explicit(40).run(desk, session)  # on a Saturday
        explicit(80).run(desk, session)
        queue([("video", None)]).run(desk, session)
        (waiting,) = backlog.list_all(session, desk.organization_id)
        assert waiting.wait_reason == WEEKS_FULL
        away = desk.pick(session, 0, "scheduled")
        assert away is not None
        assert away.publish_mode == "schedule"
        LEAVES[what](desk, session)
        desk.arrange_queue(session)
        assert backlog.list_all(session, desk.organization_id) == []


def test_who_comes_back_to_the_backlog_is_tried_again(new_desk: Callable[[], SeatingHarness]) -> None:
    """A post that was turned away, went by an instant of its own, missed it, and waits again."""
    desk = new_desk()
    with desk.database.write() as session:
        full(desk, session, 60)
        post = backlog.list_all(session, desk.organization_id)[-1].id
        locked = post_changes.lock_post(session, desk.organization_id, post)
        assert locked is not None
        assert locked.post.is_turned_away
        post_changes.update_post(
            session, locked, PostStatus.SCHEDULED, desk.now,
            step="edit", scheduled_for=desk.now + HOUR, publish_mode="schedule",
        )  # fmt: skip
        posts.set_status(
            session, post, PostStatus.SCHEDULED, PostStatus.MISSED, desk.now, step="outcome"
        )
        sets("max_posts_per_slot", 50).run(desk, session)
        assert backlog.list_all(session, desk.organization_id) == []
        posts.move_to_backlog(session, post, PostStatus.MISSED, desk.now)
        assert list(
            allocation.seat_backlog(session, desk.settings(session), desk.now, desk.scheduling)
        ) == [post]


CHANGES = {
    "seats": sets("max_posts_per_slot", 2),
    "weeks": sets("max_shorts_per_week", 3),
    "videos": sets("max_shorts_of_same_video", 0),
    "rules": rules([*RULES, Rule(parse_weekly(5, "12:00"), ZONE)]),
    "dates": sets("blackouts", None),
}


@pytest.mark.parametrize("name", CHANGES)
def test_another_calendar_is_looked_at_anew(new_desk: Callable[[], SeatingHarness], name: str) -> None:
    """Whatever makes room for those who wait, they are seated at once, as by the plain way."""
    desk = new_desk()
    with desk.database.write() as session:
        sets("blackouts", [["2029-03-05", "2029-03-12"]]).run(desk, session)
        kinds = [*[TEXT] * 9, *[OF_V] * 5, *[SHORT] * 9]
        queue([OF_V] * 5 if name == "videos" else kinds).run(desk, session)
        before = len(backlog.list_all(session, desk.organization_id))
        CHANGES[name].run(desk, session)
        assert len(backlog.list_all(session, desk.organization_id)) < before
