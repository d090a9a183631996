"""The search memory never changes which post gets which seat."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, note, settings
from hypothesis import strategies as st
from sqlalchemy import event
from sqlmodel import Session, col, select

from models import tables
from models.database import Database
from models.organizations import SocialSettings
from models.posts import Delivery, Post
from models.queue_slots import Seat
from models.statuses import PostStatus
from models.store.jobs import job_queue
from models.store.posts import post_changes, posts
from models.store.posts.posts import BACKLOG_VALUES
from models.store.queue import backlog, new_posts, queue_slots, seats
from models.store.queue.backlog import BacklogPost
from models.store.tenants import organizations, social_settings
from models.tables import SEAT
from models.task_names import JobKind
from scheduler.recurrence.occurrences import Rule
from scheduler.recurrence.patterns import parse_cron, parse_weekly
from scheduler.seating.assignment import WEEKS_FULL
from scheduler.seating.free_seats import next_free_slots
from scheduler.seating.replace_rules import replace_rules
from scheduler.seating.replan import replan_queue
from scheduler.seating.scheduling_config import SchedulingConfig
from scheduler.seating.seat_backlog import (
    seat_backlog,
    seat_backlog_for_slot,
    seat_with_newcomers,
)
from tests.hypothesis_profiles import examples
from tests.integration.scheduler import reference_seating

HOUR = timedelta(hours=1)
ZONE = "America/New_York"
# A Thursday; DST begins on the 11th, and the rule at 02:30 is in the gap.
BEGIN = datetime(2029, 3, 1, 12, tzinfo=UTC)
RULES = [
    Rule(parse_weekly(0, "02:30"), ZONE, has_own_zone=False),
    Rule(parse_weekly(0, "03:30"), ZONE, has_own_zone=False),
    Rule(parse_weekly(3, "10:00"), ZONE, has_own_zone=False),
    Rule(parse_cron("0 18 */2 * *"), "Asia/Tokyo"),
]
# Shrinking an example would take minutes here.
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)


@dataclass
class SeatingHarness:
    """One organization; compares its seating with the reference implementation."""

    database: Database
    organization_id: str
    now: datetime = BEGIN
    scheduling: SchedulingConfig = field(
        default_factory=lambda: SchedulingConfig(horizon=timedelta(weeks=3))
    )

    def settings(self, session: Session) -> SocialSettings:
        """The locked settings row."""
        return social_settings.lock_organization(session, self.organization_id)

    def arrange_queue(self, session: Session) -> None:
        """Seat the backlog, and compare with the reference seating."""
        session.flush()
        session.expire_all()
        row = self.settings(session)
        expected = reference_seating.compute_seating(session, row, self.now, self.scheduling)
        before = self._seated(session)
        count = len(seat_backlog(session, row, self.now, self.scheduling))
        after = self._seated(session)
        assert {each: after[each] for each in after.keys() - before.keys()} == expected
        assert count == len(expected)
        self.compare_next_slots(session, row)

    def compare_next_slots(self, session: Session, row: SocialSettings) -> None:
        """`next_free_slots` returns the first slots with a free seat."""
        next_slots = next_free_slots(session, row, self.now, self.scheduling, 4)
        free = reference_seating.list_free_seats(session, row, self.now, self.scheduling)
        assert next_slots == list(islice(dict.fromkeys(seat.slot.at for seat in free), 4))

    def compare_newcomers(self, session: Session, newcomers: Sequence[dict[str, Any]]) -> None:
        """Seat new posts together; they get the seats that they would get one after the other."""
        before = self._seated(session)
        with session.begin_nested() as savepoint:
            for values in newcomers:
                self.add(session, status="backlog", **values)
                self.arrange_queue(session)
            expected = self._seats_by_order(session, before)
            savepoint.rollback()
        session.expire_all()
        new = [self._new_post(status="backlog", **values) for values in newcomers]
        row = self.settings(session)
        waiting = [BacklogPost(each.id, each.post_type, each.video_key) for each in new]
        seating = seat_with_newcomers(session, row, waiting, self.now, self.scheduling)
        for post in new:
            post.is_turned_away = post.id in seating.waiting
            post.reason = seating.waiting.get(post.id)
        placed = {each.id: seating.placed[each.id] for each in new if each.id in seating.placed}
        parts = [Delivery(post_id=post.id, platform="x") for post in new]
        new_posts.insert(session, new, [], parts, placed, self.now)
        assert self._seats_by_order(session, before) == expected
        self.arrange_queue(session)  # nothing is left to do

    def _seats_by_order(
        self, session: Session, before: reference_seating.PlacedPosts
    ) -> list[tuple[int, tuple[int, datetime, int]]]:
        """The seats taken since `before`, each with its post's place in the order of all posts."""
        mine = select(Post.id).where(Post.organization_id == self.organization_id)
        order = list(session.exec(mine.order_by(col(Post.accepted_at), Post.id)))
        after = self._seated(session)
        return sorted((order.index(id_), after[id_]) for id_ in after.keys() - before.keys())

    def _seated(self, session: Session) -> reference_seating.PlacedPosts:
        mine = select(Seat).where(Seat.organization_id == self.organization_id)
        return {
            each.post_id: (each.queue_slot_id, each.local_at, each.number)
            for each in session.exec(mine)
        }

    def add(self, session: Session, **values: Any) -> Post:  # noqa: ANN401
        """Insert a post with a delivery and a job."""
        post = self._new_post(**values)
        posts.insert_all(session, [post], [], [Delivery(post_id=post.id, platform="x")])
        job_queue.enqueue(session, JobKind.POST, post.id, self.organization_id, self.now)
        return post

    def _new_post(self, **values: Any) -> Post:  # noqa: ANN401
        self.now += timedelta(microseconds=1)  # no two posts have the same accepted_at
        return Post(
            organization_id=self.organization_id,
            caption="",
            platforms=["x"],
            timezone=ZONE,
            accepted_at=self.now,
            **{"publish_mode": "next_slot", **values},
        )

    def pick(self, session: Session, number: int, *statuses: str) -> Post | None:
        """A post in one of these statuses, chosen by `number`; None when there is none."""
        mine = select(Post).where(Post.organization_id == self.organization_id)
        rows = list(session.exec(mine.order_by(Post.id)))
        matching = [each for each in rows if each.status in statuses]
        return matching[number % len(matching)] if matching else None


@dataclass(frozen=True)
class QueueAction:
    """One action on the queue; `name` is printed when a test fails."""

    name: str
    run: Callable[[SeatingHarness, Session], None]

    def __repr__(self) -> str:
        return self.name


def queue(kinds: Sequence[tuple[str, str | None]]) -> QueueAction:
    """New posts for the next free slot, one after the other."""

    def act(harness: SeatingHarness, session: Session) -> None:
        for post_type, video in kinds:
            harness.add(session, post_type=post_type, video_key=video, status="backlog")
            harness.arrange_queue(session)

    return QueueAction(f"queue({kinds!r})", act)


def arrive(kinds: Sequence[tuple[str, str | None]]) -> QueueAction:
    """New posts for the next free slot, all at once: they are inserted with what was decided."""

    def act(harness: SeatingHarness, session: Session) -> None:
        harness.compare_newcomers(
            session, [{"post_type": kind, "video_key": video} for kind, video in kinds]
        )

    return QueueAction(f"arrive({kinds!r})", act)


def explicit(hours: int) -> QueueAction:
    """A new short with its own instant, which counts in its week."""

    def act(harness: SeatingHarness, session: Session) -> None:
        at = harness.now + hours * HOUR
        values = {"publish_mode": "schedule", "scheduled_for": at, "video_key": "v"}
        harness.add(session, post_type="video", status="scheduled", **values)

    return QueueAction(f"explicit({hours!r})", act)


def fails(number: int) -> QueueAction:
    """A worker gives a post up, as worker.outcome_writer writes it: without the settings lock."""

    def act(harness: SeatingHarness, session: Session) -> None:
        post = harness.pick(session, number, "scheduled", "unknown")
        if post is not None:
            seats.release_seats(session, post.id)
            old = PostStatus(post.status)
            posts.set_status(session, post.id, old, PostStatus.FAILED, harness.now, step="outcome")
            session.expire_all()

    return QueueAction(f"fails({number!r})", act)


def misses(number: int) -> QueueAction:
    """A worker sends a post back to the backlog, with a reason."""

    def act(harness: SeatingHarness, session: Session) -> None:
        post = harness.pick(session, number, "scheduled")
        if post is not None and post.publish_mode == "next_slot":
            seats.release_seats(session, post.id)
            posts.set_status(
                session, post.id, PostStatus.SCHEDULED, PostStatus.BACKLOG, harness.now,
                step="outcome", reason="its slot was missed", **BACKLOG_VALUES,
            )  # fmt: skip
            session.expire_all()

    return QueueAction(f"misses({number!r})", act)


def moves(number: int, hours: int) -> QueueAction:
    """A person gives a post another instant; its seat is not released yet."""

    def act(harness: SeatingHarness, session: Session) -> None:
        post = harness.pick(session, number, "scheduled", "backlog")
        locked = post_changes.lock_post(session, harness.organization_id, post.id) if post else None
        if locked is not None:
            at = harness.now + hours * HOUR
            post_changes.update_post(
                session, locked, PostStatus.SCHEDULED, harness.now,
                step="edit", scheduled_for=at, publish_mode="schedule",
            )  # fmt: skip

    return QueueAction(f"moves({number!r}, {hours!r})", act)


def removes(number: int) -> QueueAction:
    """A person removes a post."""

    def act(harness: SeatingHarness, session: Session) -> None:
        post = harness.pick(session, number, "scheduled", "backlog")
        locked = post_changes.lock_post(session, harness.organization_id, post.id) if post else None
        if locked is not None:
            seats.release_seats(session, locked.post.id)
            post_changes.update_post(
                session, locked, PostStatus.CANCELLED, harness.now, step="remove"
            )
            harness.arrange_queue(session)

    return QueueAction(f"removes({number!r})", act)


def sets(name: str, value: object) -> QueueAction:
    """A setting changes."""

    def act(harness: SeatingHarness, session: Session) -> None:
        row = harness.settings(session)
        setattr(row, name, value)
        session.add(row)
        harness.arrange_queue(session)

    return QueueAction(f"sets({name!r}, {value!r})", act)


def rules(chosen: list[Rule]) -> QueueAction:
    """The rules change, and with them the gap policy."""

    def act(harness: SeatingHarness, session: Session) -> None:
        row = harness.settings(session)
        row.gap_policy = "skip" if len(chosen) % 2 else "forward"
        replace_rules(session, row, chosen, harness.now, harness.scheduling.lead_time)
        harness.arrange_queue(session)

    return QueueAction(f"rules({chosen!r})", act)


def replans(harness: SeatingHarness, session: Session) -> None:
    """Re-plan: posts without a slot move."""
    replan_queue(session, harness.settings(session), harness.now, harness.scheduling)
    harness.arrange_queue(session)


def waits(hours: int) -> QueueAction:
    """Time passes."""

    def act(harness: SeatingHarness, session: Session) -> None:
        harness.now += hours * HOUR
        harness.compare_next_slots(session, harness.settings(session))

    return QueueAction(f"waits({hours!r})", act)


def set_horizon(weeks: int) -> QueueAction:
    """The horizon changes, as for a process with other settings."""

    def act(harness: SeatingHarness, _session: Session) -> None:
        harness.scheduling = SchedulingConfig(horizon=timedelta(weeks=weeks))

    return QueueAction(f"set_horizon({weeks!r})", act)


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
    st.lists(KINDS, min_size=1, max_size=12).map(arrive),
    st.integers(1, 400).map(explicit),
    NUMBERS.map(fails),
    NUMBERS.map(misses),
    st.builds(moves, NUMBERS, st.integers(1, 400)),
    NUMBERS.map(removes),
    SETTINGS.map(lambda pair: sets(*pair)),
    st.lists(st.sampled_from(RULES), unique=True).map(rules),
    st.just(QueueAction("replans", replans)),
    st.integers(1, 100).map(waits),
    st.integers(1, 4).map(set_horizon),
    st.just(QueueAction("arrange", SeatingHarness.arrange_queue)),
)


@pytest.fixture
def new_harness(database: Database) -> Callable[[], SeatingHarness]:
    """Creates an organization for each example, with low limits."""

    def make() -> SeatingHarness:
        with database.write() as session:
            organization, _ = organizations.create(session, "Acme", "simulator")
            harness = SeatingHarness(database, organization.id)
            row = harness.settings(session)
            row.max_shorts_per_week, row.max_shorts_of_same_video = 2, 3
            row.default_timezone = ZONE
            session.add(row)
            replace_rules(session, row, RULES, BEGIN, harness.scheduling.lead_time)
        return harness

    return make


@settings(
    max_examples=examples(12),
    deadline=None,
    phases=PHASES,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    begin=st.lists(KINDS, max_size=40).map(queue),
    acts=st.lists(QUEUE_ACTIONS, min_size=3, max_size=14),
)
def test_any_history_gives_the_reference_seating(
    new_harness: Callable[[], SeatingHarness], begin: QueueAction, acts: list[QueueAction]
) -> None:
    """After any history of posts, releases, limits, rules and time, the same posts get the same
    seats as without a search memory."""
    harness = new_harness()
    note(repr(acts))
    for act in [begin, *acts]:
        with harness.database.write() as session:
            act.run(harness, session)
    with harness.database.write() as session:
        harness.arrange_queue(session)


LATER = timedelta(weeks=3)


def statements(harness: SeatingHarness, session: Session) -> int:
    """How many SQL statements it takes to seat one more text post."""
    harness.add(session, post_type="text", status="backlog")
    sent: list[str] = []

    def count(*arguments: Any) -> None:  # noqa: ANN401
        sent.append(arguments[2])

    row = harness.settings(session)
    event.listen(harness.database.engine, "before_cursor_execute", count)
    seat_backlog(session, row, harness.now, harness.scheduling)
    event.remove(harness.database.engine, "before_cursor_execute", count)
    return len(sent)


def fill_queue(harness: SeatingHarness, session: Session, count: int) -> None:
    """Queue `count` text posts and seat them, one seat a slot."""
    for _ in range(count):
        harness.add(session, post_type="text", status="backlog")
    harness.arrange_queue(session)


def test_a_search_starts_where_the_last_one_ended(
    new_harness: Callable[[], SeatingHarness],
) -> None:
    """A new post needs as many statements behind many taken seats as behind few."""
    harness = new_harness()
    harness.scheduling = SchedulingConfig(horizon=timedelta(weeks=300))
    with harness.database.write() as session:
        fill_queue(harness, session, 2)
        few = statements(harness, session)
        fill_queue(harness, session, 400)
        assert statements(harness, session) == few


def test_posts_that_were_turned_away_are_not_read_again(
    new_harness: Callable[[], SeatingHarness],
) -> None:
    """Without free seats, only the new post is tried; after a release, the whole backlog is tried
    again."""
    harness = new_harness()
    with harness.database.write() as session:
        fill_queue(harness, session, 60)
        assert backlog.list_untried(session, harness.organization_id) == []
        before = len(backlog.list_all(session, harness.organization_id))
        assert before > 10
        harness.add(session, post_type="text", status="backlog")
        (newcomer,) = backlog.list_untried(session, harness.organization_id)
        assert not seat_backlog(session, harness.settings(session), harness.now, harness.scheduling)
        assert backlog.list_untried(session, harness.organization_id) == []
        reasons = {each.wait_reason for each in backlog.list_all(session, harness.organization_id)}
        assert reasons == {"no free seat within the horizon of the search"}
        seated = harness.pick(session, 0, "scheduled")
        assert seated is not None
        seats.release_seats(session, seated.id)
        oldest = backlog.list_all(session, harness.organization_id)[0].id
        at = seat_backlog(session, harness.settings(session), harness.now, harness.scheduling)
        assert list(at) == [oldest] != [newcomer.id]


def test_a_slot_that_enters_the_horizon_goes_to_the_backlog(
    new_harness: Callable[[], SeatingHarness],
) -> None:
    """As time passes the horizon includes later slots; the oldest backlog posts get them."""
    harness = new_harness()
    with harness.database.write() as session:
        fill_queue(harness, session, 60)
        oldest = backlog.list_all(session, harness.organization_id)[0].id
        harness.now += timedelta(days=4)
        harness.add(session, post_type="text", status="backlog")
        harness.arrange_queue(session)
        assert (
            session.exec(select(Seat).where(Seat.post_id == oldest)).one().slot_at > BEGIN + LATER
        )


def test_opening_a_slot_ignores_the_search_memory(
    new_harness: Callable[[], SeatingHarness],
) -> None:
    """Seats that were released without a note are found when the next slot opens."""
    harness = new_harness()
    with harness.database.write() as session:
        fill_queue(harness, session, 60)
        session.connection().execute(SEAT.delete())  # without notes of released seats
        assert not seat_backlog(session, harness.settings(session), harness.now, harness.scheduling)
        rule = queue_slots.list_active(session, harness.organization_id)[0]
        at = harness.now + HOUR
        values = {"queue_slot_id": rule.id, "local_at": at.replace(tzinfo=None), "slot_at": at}
        made = tables.FIRING.insert().values(**values, fired_at=harness.now)
        firing = session.connection().execute(made.returning(tables.FIRING.c.id))
        assert (
            seat_backlog_for_slot(session, firing.scalar_one(), harness.now, harness.scheduling) > 5
        )


LEAVING_ACTIONS: dict[str, Callable[[SeatingHarness, Session], None]] = {
    "fails": lambda harness, session: fails(0).run(harness, session),
    "moves": lambda harness, session: moves(0, 24 * 300).run(harness, session),
    "is removed": lambda harness, session: removes(0).run(harness, session),
}


@pytest.mark.parametrize("what", LEAVING_ACTIONS)
def test_a_short_that_leaves_its_week_frees_quota(
    new_harness: Callable[[], SeatingHarness], what: str
) -> None:
    """Also a short with its own instant, which has no seat, frees quota in its week: the waiting
    short gets a seat there."""
    harness = new_harness()
    harness.scheduling = SchedulingConfig(horizon=timedelta(days=5))
    with harness.database.write() as session:
        sets("max_shorts_per_week", 1).run(harness, session)
        explicit(40).run(harness, session)  # on a Saturday
        explicit(80).run(harness, session)
        queue([("video", None)]).run(harness, session)
        (waiting,) = backlog.list_all(session, harness.organization_id)
        assert waiting.wait_reason == WEEKS_FULL
        leaving = harness.pick(session, 0, "scheduled")
        assert leaving is not None
        assert leaving.publish_mode == "schedule"
        LEAVING_ACTIONS[what](harness, session)
        harness.arrange_queue(session)
        assert backlog.list_all(session, harness.organization_id) == []


def test_a_post_that_returns_to_the_backlog_is_tried_again(
    new_harness: Callable[[], SeatingHarness],
) -> None:
    """A post that was turned away, got its own instant, missed it, and waits again."""
    harness = new_harness()
    with harness.database.write() as session:
        fill_queue(harness, session, 60)
        post = backlog.list_all(session, harness.organization_id)[-1].id
        locked = post_changes.lock_post(session, harness.organization_id, post)
        assert locked is not None
        assert locked.post.is_turned_away
        post_changes.update_post(
            session, locked, PostStatus.SCHEDULED, harness.now,
            step="edit", scheduled_for=harness.now + HOUR, publish_mode="schedule",
        )  # fmt: skip
        posts.set_status(
            session, post, PostStatus.SCHEDULED, PostStatus.MISSED, harness.now, step="outcome"
        )
        sets("max_posts_per_slot", 50).run(harness, session)
        assert backlog.list_all(session, harness.organization_id) == []
        posts.move_to_backlog(session, post, PostStatus.MISSED, harness.now)
        assert list(
            seat_backlog(session, harness.settings(session), harness.now, harness.scheduling)
        ) == [post]


CHANGES = {
    "seats": sets("max_posts_per_slot", 2),
    "weeks": sets("max_shorts_per_week", 3),
    "videos": sets("max_shorts_of_same_video", 0),
    "rules": rules([*RULES, Rule(parse_weekly(5, "12:00"), ZONE)]),
    "dates": sets("blackouts", None),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_changed_calendar_is_searched_from_the_start(
    new_harness: Callable[[], SeatingHarness], name: str
) -> None:
    """After every change that makes room, backlog posts are seated at once, as by the reference."""
    harness = new_harness()
    with harness.database.write() as session:
        sets("blackouts", [["2029-03-05", "2029-03-12"]]).run(harness, session)
        kinds = [*[TEXT] * 9, *[OF_V] * 5, *[SHORT] * 9]
        queue([OF_V] * 5 if name == "videos" else kinds).run(harness, session)
        before = len(backlog.list_all(session, harness.organization_id))
        CHANGES[name].run(harness, session)
        assert len(backlog.list_all(session, harness.organization_id)) < before
