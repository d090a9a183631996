"""What the week and the month show, from rows and a clock alone."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeAlias

import pytest

from models.posts import Post
from models.queue_slots import QueueSlot
from scheduler.recurrence import blackouts
from scheduler.recurrence.dst_changes import find_dst_changes
from services.calendar.calendar_view import PlannedSlot
from ui.calendar.day_view import BLACKOUT, CalendarRows, Day, SeatCount
from ui.calendar.month_view import Month, build_month
from ui.calendar.week_view import MANY, PER_CELL, PER_CELL_OF_MANY, Week, build_week, monday_of

Given: TypeAlias = Any
ZONE = "America/New_York"
MONDAY = date(2026, 5, 4)
NOW = datetime(2026, 5, 6, 12, tzinfo=UTC)


def post(number: int, at: datetime | None = None, **fields: Given) -> Post:
    """A text post of x."""
    given: dict[str, Any] = {
        "status": "scheduled",
        "platforms": ["x"],
        "post_type": "text",
        **fields,
    }
    return Post(id=f"p{number}", caption=f"Post {number}", scheduled_for=at, **given)


def slot(local: datetime, at: datetime, posts: Sequence[str] = (), **fields: Given) -> PlannedSlot:
    """A slot of a weekly rule in its zone."""
    given: dict[str, Any] = {
        "rule": f"{local.isoweekday() % 7} {local:%H:%M}",
        "timezone": ZONE,
        **fields,
    }
    is_open = bool(given.pop("is_open", at > NOW))
    return PlannedSlot(QueueSlot(id=1, **given), local, at, is_open, [*posts])


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """An instant in May 2026, on New York's wall clock."""
    return datetime(2026, 5, day, hour, minute, tzinfo=UTC) + timedelta(hours=4)


def may_week(**found: Given) -> Week:
    """The week of `NOW`."""
    return build_week(CalendarRows(**found), MONDAY, ZONE, NOW)


def days_of(week: Week) -> list[Day]:
    """Its days, with all that they have."""
    return [each.day for each in week.days]


def test_a_week_has_seven_days_from_monday_on() -> None:
    """Today is marked, in the organization's zone, and the days before it are over."""
    shown = may_week()
    assert [each.date.isoweekday() for each in days_of(shown)] == [1, 2, 3, 4, 5, 6, 7]
    assert [each.date for each in days_of(shown) if each.is_today] == [date(2026, 5, 6)]
    assert [each.date.day for each in days_of(shown) if each.is_over] == [4, 5]
    late = datetime(2026, 5, 6, 2, tzinfo=UTC)  # still the fifth in New York
    days = days_of(build_week(CalendarRows(), MONDAY, ZONE, late))
    assert [each.date.day for each in days if each.is_today] == [5]


@pytest.mark.parametrize(
    ("monday", "title"),
    [
        (date(2026, 5, 4), "4 \N{EN DASH} 10 May 2026"),
        (date(2026, 6, 29), "29 June \N{EN DASH} 5 July 2026"),
        (date(2026, 12, 28), "28 December 2026 \N{EN DASH} 3 January 2027"),
    ],
)
def test_a_week_is_named_by_its_dates(monday: date, title: str) -> None:
    """Only as much of the first date is said as differs from the last."""
    shown = build_week(CalendarRows(), monday, ZONE, NOW)
    assert shown.title == title
    assert monday_of(monday + timedelta(days=6)) == monday
    assert (shown.earlier, shown.later) == (
        monday - timedelta(days=7),
        monday + timedelta(days=7),
    )


def test_slots_and_posts_are_in_order_of_time() -> None:
    """A queued post is in its slot; a post with its own time is between the slots."""
    ten = slot(datetime(2026, 5, 7, 10), at(7, 10), ["p1"])
    noon = slot(datetime(2026, 5, 7, 12), at(7, 12))
    posts = [post(1, at(7, 10)), post(2, at(7, 11)), post(3, at(7, 11))]
    thursday = days_of(may_week(planned=[noon, ten], posts=posts, per_slot=2))[3]
    assert [(each.at, [card.id for card in each.cards]) for each in thursday.entries] == [
        (at(7, 10), ["p1"]),
        (at(7, 11), ["p2", "p3"]),
        (at(7, 12), []),
    ]
    assert [each.seats.label if each.seats else None for each in thursday.entries] == [
        "+ 1 free",
        None,
        "+ 2 free",
    ]
    assert (thursday.posts, thursday.free) == (3, 3)


@pytest.mark.parametrize(
    ("seats", "words", "free"),
    [
        (SeatCount(3, 1, is_open=True), "+ 2 free", 2),
        (SeatCount(3, 3, is_open=True), "full", 0),
        (SeatCount(3, 1, is_open=False), "", 0),
    ],
)
def test_the_label_of_seats(seats: SeatCount, words: str, free: int) -> None:
    """A slot that is over has no free seat."""
    assert (seats.label, seats.free) == (words, free)


def test_a_slot_that_is_over_is_dimmed() -> None:
    """By the clock that is given, to the second."""
    before, after = slot(datetime(2026, 5, 6, 7), at(6, 7)), slot(datetime(2026, 5, 6, 9), at(6, 9))
    entries = days_of(may_week(planned=[before, after]))[2].entries
    assert [each.is_over for each in entries] == [True, False]


def test_a_rule_of_another_zone_shows_its_own_time() -> None:
    """Beside the organization's, and only where the two differ."""
    lisbon = slot(datetime(2026, 5, 7, 16), at(7, 11), timezone="Europe/Lisbon")
    toronto = slot(datetime(2026, 5, 7, 10), at(7, 10), timezone="America/Toronto")
    entries = days_of(may_week(planned=[lisbon, toronto]))[3].entries
    assert [each.rule_time for each in entries] == [None, "16:00 Europe/Lisbon"]


def test_special_days_are_marked() -> None:
    """A clock change says what happens, and a blackout that there are no slots."""
    monday = date(2026, 3, 2)
    now = datetime(2026, 3, 3, tzinfo=UTC)
    changes = [*find_dst_changes(ZONE, now, now + timedelta(days=7))]
    found = CalendarRows(
        changes=changes, closed=blackouts.parse_ranges([["2026-03-03", "2026-03-04"]])
    )
    notes = [each.notes for each in days_of(build_week(found, monday, ZONE, now))]
    assert notes[1:3] == [(BLACKOUT,), (BLACKOUT,)]
    assert "the clocks go forward from 02:00 to 03:00" in notes[6][0]
    assert [each for each in notes if each] == notes[1:3] + notes[6:]


def test_a_slot_that_the_clocks_move_says_so() -> None:
    """02:30 does not exist on that day: the slot is at 03:30."""
    gap = slot(datetime(2026, 3, 8, 2, 30), datetime(2026, 3, 8, 7, 30, tzinfo=UTC), rule="0 02:30")
    week = build_week(CalendarRows(planned=[gap]), date(2026, 3, 2), ZONE, NOW)
    (entry,) = days_of(week)[6].entries
    assert entry.note is not None
    assert "does not exist" in entry.note


def test_times_line_up_across_the_days() -> None:
    """A row for each slot time of the week; a post with its own instant is in the row of the last
    slot of its hour, else in that of its hour; an empty cell is a cell."""
    planned = [
        slot(datetime(2026, 5, 7, 10, 15), at(7, 10, 15), ["p1"]),
        slot(datetime(2026, 5, 8, 17), at(8, 17)),
    ]
    instants = {1: at(7, 10, 15), 2: at(8, 10, 40), 3: at(8, 10, 5), 4: at(9, 13, 59)}
    posts = [post(number, instant) for number, instant in instants.items()]
    week = may_week(planned=planned, posts=posts)
    assert [f"{row.at:%H:%M}" for row in week.rows] == ["10:00", "10:15", "13:00", "17:00"]
    shown = [
        [[card.id for entry in cell.entries for card in entry.cards] for cell in each.cells]
        for each in week.days[3:6]
    ]
    assert shown == [
        [[], ["p1"], [], []],
        [["p3"], ["p2"], [], []],
        [[], [], ["p4"], []],
    ]


@pytest.mark.parametrize(
    ("hour", "before", "behind"), [(9, "10:00", None), (12, "17:00", None), (18, None, "18:00")]
)
def test_the_line_of_now_lies_before_the_next_row(
    hour: int, before: str | None, behind: str | None
) -> None:
    """On the row that comes next, behind the last one, and nowhere in another week."""
    planned = [slot(datetime(2026, 5, 8, h), at(8, h)) for h in (10, 17)]
    found = CalendarRows(planned=planned)
    week = build_week(found, MONDAY, ZONE, at(6, hour))
    marked = [(f"{row.at:%H:%M}", f"{row.now:%H:%M}") for row in week.rows if row.now]
    assert marked == ([(before, f"{hour:02}:00")] if before else [])
    assert (f"{week.now_after:%H:%M}" if week.now_after else None) == behind
    other = build_week(found, MONDAY + timedelta(days=7), ZONE, at(6, hour))
    assert not any(row.now for row in other.rows)
    assert other.now_after is None


def test_a_full_week_stays_short_and_says_what_it_leaves_out() -> None:
    """Some posts of each row, the count of the others, all of a day on demand; fewer where the week
    has very many."""
    for count, most in ((MANY, PER_CELL), (MANY + 1, PER_CELL_OF_MANY)):
        posts = [post(number, at(7, 0) + timedelta(minutes=number)) for number in range(count)]
        found = CalendarRows(posts=posts)
        day = build_week(found, MONDAY, ZONE, NOW).days[3]
        shown = [sum(len(each.cards) for each in cell.entries) for cell in day.cells]
        assert set(shown) <= {most, 1}
        assert sum(shown) + sum(cell.hidden for cell in day.cells) == count
        whole = build_week(found, MONDAY, ZONE, NOW, full_day=date(2026, 5, 7))
        assert len(whole.cards) == count
        assert not any(cell.hidden for cell in whole.days[3].cells)


def test_a_post_that_moved_on_is_shown_where_it_went_alone() -> None:
    """Its old seat is taken until its network knows, and has no card."""
    old, new = slot(datetime(2026, 5, 7, 10), at(7, 10), ["p1"]), at(8, 10)
    now_here = slot(datetime(2026, 5, 8, 10), new, ["p1"])
    days = days_of(may_week(planned=[old, now_here], posts=[post(1, new)]))
    assert [[card.id for card in day.cards] for day in days[3:5]] == [[], ["p1"]]
    assert days[3].free == 0


def test_a_post_published_at_once_is_shown_at_that_time() -> None:
    """It has no slot."""
    now = post(1, published_at=at(5, 9), status="published", accepted_at=at(4, 9))
    (entry,) = days_of(may_week(posts=[now]))[1].entries
    assert [card.id for card in entry.cards] == ["p1"]


def test_a_card_says_why_a_post_needs_attention() -> None:
    """Only a failed post has its reason on the card, in one line."""
    failed = post(1, at(7, 1), status="failed", reason="No\nway " + "word " * 200)
    live = post(2, at(7, 2), status="published", reason="old")
    gone = post(3, at(7, 3), status="cancelled", platforms=["linkedin", "gmb"])
    cards = days_of(may_week(posts=[failed, live, gone]))[3].cards
    assert cards[0].reason == "No way " + "word " * 21 + "word…"
    assert [each.reason for each in cards[1:]] == [None, None]
    assert [each.is_gone for each in cards] == [False, False, True]
    assert cards[2].platforms == ("linkedin", "gmb")


@pytest.mark.parametrize(
    ("day", "first", "weeks"),
    [
        (date(2026, 5, 17), date(2026, 4, 27), 5),
        (date(2027, 2, 1), date(2027, 2, 1), 4),
        (date(2026, 8, 31), date(2026, 7, 27), 6),
    ],
)
def test_a_month_is_shown_in_whole_weeks(day: date, first: date, weeks: int) -> None:
    """From the Monday before its first day to the Sunday behind its last."""
    shown = build_month(CalendarRows(), day, ZONE, NOW)
    assert shown.weeks[0][0].day.date == first
    assert [len(row) for row in shown.weeks] == [7] * weeks
    inside = [cell.day.date for row in shown.weeks for cell in row if cell.is_inside]
    assert {(each.year, each.month) for each in inside} == {(day.year, day.month)}
    assert shown.earlier < inside[0]
    assert shown.later == inside[-1] + timedelta(days=1)


def test_a_month_shows_the_first_posts_of_a_day_and_counts_the_others() -> None:
    """Four, and how many more."""
    posts = [post(number, at(7, 1, number)) for number in range(16)]
    shown: Month = build_month(CalendarRows(posts=posts), date(2026, 5, 1), ZONE, NOW)
    cell = shown.weeks[1][3]
    assert [each.id for each in cell.cards] == ["p0", "p1", "p2", "p3"]
    assert cell.hidden == 12
    assert shown.title == "May 2026"


def test_a_month_ends_where_the_calendar_does() -> None:
    """In the last year that an address may name."""
    assert build_month(CalendarRows(), date(2198, 12, 31), ZONE, NOW).later == date(2199, 1, 1)
