"""Slots on difficult days: DST changes and skipped dates, one by one."""

import zoneinfo
from datetime import UTC, datetime, time, timedelta
from itertools import islice

import pytest

from scheduler.recurrence.dst_policy import resolve_local_time
from scheduler.recurrence.occurrences import Rule, next_slot, occurrences, slot_after
from scheduler.recurrence.patterns import WeeklyPattern
from scheduler.recurrence.slots import DstNote, Slot
from scheduler.recurrence.timezones import UnknownZone, load_zone, zone_names

NEW_YORK = "America/New_York"


def utc(text: str) -> datetime:
    """An instant in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def slot_of(local: str, zone_name: str) -> Slot:
    """The slot of a local time; there must be one."""
    slot = resolve_local_time(datetime.fromisoformat(local), zone_name)
    assert slot is not None
    return slot


def first(rule: Rule, after: datetime) -> Slot:
    """The next slot; there must be one."""
    slot = next_slot(rule, after)
    assert slot is not None
    return slot


def test_the_week_begins_on_sunday() -> None:
    """Day 0 is Sunday and day 6 Saturday: 2026-03-01 was a Sunday."""
    for day in range(7):
        slot = first(Rule(WeeklyPattern(day, time(10)), "UTC"), utc("2026-02-28T12:00"))
        assert slot.at == utc("2026-03-01T10:00") + timedelta(days=day)


def test_the_next_slot_is_strictly_after() -> None:
    """At its own instant a slot is not the next one any more; a microsecond before it is."""
    rule, at = Rule(WeeklyPattern(1, time(10)), NEW_YORK), utc("2026-01-05T15:00")
    assert first(rule, at).at == at + timedelta(weeks=1)
    assert first(rule, at - timedelta(microseconds=1)).at == at


def test_after_may_be_given_in_any_zone() -> None:
    """The same instant in another zone gives the same slot."""
    rule, at = Rule(WeeklyPattern(1, time(10)), NEW_YORK), utc("2026-01-05T14:59")
    assert first(rule, at.astimezone(load_zone("Asia/Tokyo"))) == first(rule, at)


@pytest.mark.parametrize(
    ("local", "zone_name", "at", "note"),
    [
        ("2026-03-08 02:30", NEW_YORK, "2026-03-08 07:30", "gap"),  # shown as 03:30 EDT
        ("2026-03-08 01:59", NEW_YORK, "2026-03-08 06:59", None),
        ("2026-03-08 02:00", NEW_YORK, "2026-03-08 07:00", "gap"),
        ("2026-03-08 03:00", NEW_YORK, "2026-03-08 07:00", None),
        ("2026-11-01 01:30", NEW_YORK, "2026-11-01 05:30", "overlap"),  # the first, EDT
        ("2026-11-01 00:59", NEW_YORK, "2026-11-01 04:59", None),
        ("2026-11-01 01:00", NEW_YORK, "2026-11-01 05:00", "overlap"),
        ("2026-11-01 02:00", NEW_YORK, "2026-11-01 07:00", None),
        ("2026-10-04 02:15", "Australia/Lord_Howe", "2026-10-03 15:45", "gap"),  # shown as 02:45
        ("2026-04-05 01:45", "Australia/Lord_Howe", "2026-04-04 14:45", "overlap"),
        ("2026-06-01 10:00", "Asia/Kathmandu", "2026-06-01 04:15", None),  # 5 h 45 min ahead
        ("2018-11-04 00:00", "America/Sao_Paulo", "2018-11-04 03:00", "gap"),  # shown as 01:00
        ("2022-03-27 00:00", "Asia/Beirut", "2022-03-26 22:00", "gap"),  # shown as 01:00
        ("2018-02-17 23:30", "America/Sao_Paulo", "2018-02-18 01:30", "overlap"),
        ("2024-03-30 23:30", "America/Nuuk", "2024-03-31 01:30", "gap"),  # shown as the 31st
    ],
)
def test_gaps_move_forward_and_overlaps_take_the_first(
    local: str, zone_name: str, at: str, note: DstNote | None
) -> None:
    """Known difficult local times have the instants of RFC 5545 and java.time."""
    assert slot_of(local, zone_name) == Slot(datetime.fromisoformat(local), utc(at), note)


@pytest.mark.parametrize(
    ("zone_name", "day"),
    [
        ("Pacific/Apia", "2011-12-30"),
        ("Pacific/Fakaofo", "2011-12-30"),
        ("Pacific/Kiritimati", "1994-12-31"),
        ("Pacific/Kwajalein", "1993-08-21"),
    ],
)
def test_a_date_that_a_zone_skipped_has_no_slot(zone_name: str, day: str) -> None:
    """Where a zone crossed the date line, the skipped date has no slot."""
    for clock in ("00:00", "10:00", "12:00", "23:59"):
        assert resolve_local_time(datetime.fromisoformat(f"{day} {clock}"), zone_name) is None


def test_a_rule_skips_a_week_without_its_date() -> None:
    """Fridays in Apia: after the 23rd of December 2011 comes the 6th of January 2012."""
    rule = Rule(WeeklyPattern(5, time(10)), "Pacific/Apia")
    locals_ = [slot.local for slot in islice(occurrences(rule, utc("2011-12-20T00:00")), 2)]
    assert [f"{local:%m-%d %H:%M}" for local in locals_] == ["12-23 10:00", "01-06 10:00"]
    assert slot_after(rule, first(rule, utc("2011-12-20T00:00"))) == Slot(
        locals_[1], utc("2012-01-05T20:00")
    )


def test_a_slot_in_a_gap_keeps_its_local_identity() -> None:
    """A slot keeps its rule's local date and time, even when the actual local date is another."""
    rule = Rule(WeeklyPattern(6, time(23, 30)), "America/Nuuk")
    slot = first(rule, utc("2024-03-29T00:00"))
    assert slot.local.isoformat() == "2024-03-30T23:30:00"
    after = slot_after(rule, slot)
    assert after is not None
    assert after.local.isoformat() == "2024-04-06T23:30:00"


def test_the_fold_of_a_local_time_is_ignored() -> None:
    """The rule's policy decides which of two equal local times counts, not the datetime's fold."""
    local = datetime(2026, 11, 1, 1, 30)
    assert resolve_local_time(local.replace(fold=1), NEW_YORK) == resolve_local_time(
        local, NEW_YORK
    )


def test_an_unknown_zone_is_refused_by_name() -> None:
    """The error shows the input and a valid example."""
    with pytest.raises(UnknownZone, match=r"'Mars/Base'.*America/New_York"):
        resolve_local_time(datetime(2026, 3, 1, 9), "Mars/Base")


def test_the_systems_zone_files_are_never_read() -> None:
    """Zones come from the pinned package alone, so that all machines agree."""
    assert zoneinfo.TZPATH == ()
    assert {"UTC", NEW_YORK, "America/Nuuk"} <= zone_names()
