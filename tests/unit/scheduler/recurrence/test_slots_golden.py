"""Golden days: hard changes of real clocks, minute by minute, against a walk over UTC."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from scheduler.recurrence.dst_policy import GapPolicy, OverlapPolicy, resolve_local_time
from scheduler.recurrence.slots import Slot
from tests.unit.scheduler.recurrence import wall_clock

AROUND = timedelta(hours=36)
# Zone, the stretch to look at, and how many minutes its clock jumps forward there, in order.
GOLDEN = [
    ("America/New_York", "2026-01-01", "2027-01-01", [60, -60]),
    ("Europe/Berlin", "2026-01-01", "2027-01-01", [60, -60]),
    ("Australia/Lord_Howe", "2026-01-01", "2027-01-01", [-30, 30]),
    ("America/Sao_Paulo", "2018-01-01", "2019-01-01", [-60, 60]),
    ("Asia/Beirut", "2022-01-01", "2023-01-01", [60, -60]),
    ("Pacific/Apia", "2011-01-01", "2012-01-01", [-60, 60, 1440]),
    ("Africa/Casablanca", "2025-01-01", "2026-01-01", [-60, 60]),
    ("Asia/Kathmandu", "1985-12-01", "1986-02-01", [15]),
    ("Asia/Kathmandu", "2026-01-01", "2027-01-01", []),
    ("America/St_Johns", "2026-01-01", "2027-01-01", [60, -60]),
    ("Antarctica/Troll", "2026-01-01", "2027-01-01", [120, -120]),
    ("Europe/Dublin", "2026-01-01", "2027-01-01", [60, -60]),
]
IDS = [f"{zone}-{start[:4]}" for zone, start, _, _ in GOLDEN]
POLICIES = list(product(GapPolicy, OverlapPolicy))


def utc(text: str) -> datetime:
    """An instant in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(("zone", "start", "end", "jumps"), GOLDEN, ids=IDS)
def test_every_minute_around_a_change_means_what_the_wall_shows(
    zone: str, start: str, end: str, jumps: list[int]
) -> None:
    """Under all four policies each reading within 36 hours of a change means the right instant."""
    changes = list(wall_clock.find_offset_changes(zone, utc(start), utc(end)))
    assert [(came - due) // wall_clock.MINUTE for due, came in changes] == jumps
    for due in [due for due, _ in changes] or [datetime(2026, 6, 1, 10)]:
        middle = due.replace(tzinfo=UTC)
        table = wall_clock.Timetable(zone, middle - 2 * AROUND, middle + 2 * AROUND)
        local = due - AROUND
        while local < due + AROUND:
            for gap, overlap in POLICIES:
                wanted = table.local_to_utc(
                    local, skip=gap is GapPolicy.SKIP, second=overlap is OverlapPolicy.SECOND
                )
                slot = resolve_local_time(local, zone, gap, overlap)
                assert (slot and slot.at) == wanted, (local, gap, overlap)
                assert slot is None or slot.note == _note(table, local)
            local += wall_clock.MINUTE


def _note(table: wall_clock.Timetable, local: datetime) -> str | None:
    return {0: "gap", 1: None, 2: "overlap"}[len(table.instants.get(local, []))]


@pytest.mark.parametrize(
    ("zone", "local", "first", "second"),
    [
        ("America/New_York", "2026-11-01 01:30", "2026-11-01 05:30", "2026-11-01 06:30"),
        ("Europe/Dublin", "2026-10-25 01:30", "2026-10-25 00:30", "2026-10-25 01:30"),
        ("Australia/Lord_Howe", "2026-04-05 01:45", "2026-04-04 14:45", "2026-04-04 15:15"),
        ("Antarctica/Troll", "2026-10-25 01:30", "2026-10-24 23:30", "2026-10-25 01:30"),
        ("Africa/Casablanca", "2025-02-23 02:30", "2025-02-23 01:30", "2025-02-23 02:30"),
        ("America/Sao_Paulo", "2018-02-17 23:30", "2018-02-18 01:30", "2018-02-18 02:30"),
        ("America/St_Johns", "2026-11-01 01:30", "2026-11-01 04:00", "2026-11-01 05:00"),
    ],
)
def test_known_overlaps_by_hand(zone: str, local: str, first: str, second: str) -> None:
    """Instants that were worked out on paper, so that oracle and code cannot err together."""
    reading = datetime.fromisoformat(local)
    for overlap, at in ((OverlapPolicy.FIRST, first), (OverlapPolicy.SECOND, second)):
        assert resolve_local_time(reading, zone, overlap=overlap) == Slot(
            reading, utc(at), "overlap"
        )


@pytest.mark.parametrize(
    ("zone", "local", "at"),
    [
        ("Europe/Berlin", "2026-03-29 02:30", "2026-03-29 01:30"),
        ("Antarctica/Troll", "2026-03-29 02:30", "2026-03-29 02:30"),
        ("Africa/Casablanca", "2025-04-06 02:30", "2025-04-06 02:30"),
        ("America/St_Johns", "2026-03-08 02:30", "2026-03-08 06:00"),
        ("Asia/Kathmandu", "1986-01-01 00:10", "1985-12-31 18:40"),
    ],
)
def test_known_gaps_by_hand(zone: str, local: str, at: str) -> None:
    """A reading that a gap swallowed moves forward by its length, or has no slot, as one likes."""
    reading = datetime.fromisoformat(local)
    assert resolve_local_time(reading, zone) == Slot(reading, utc(at), "gap")
    assert resolve_local_time(reading, zone, GapPolicy.SKIP) is None
