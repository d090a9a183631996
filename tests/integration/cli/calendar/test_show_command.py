"""`slotbeat calendar show`: slots with their seats, and the posts in and beside them."""

from datetime import datetime, timedelta

from models.database import Database
from models.organizations import SocialSettings
from scheduler.recurrence.occurrences import Rule
from scheduler.recurrence.patterns import CronPattern, WeeklyPattern
from tests.integration.cli.run_command import CommandRunner
from tests.integration.scheduler.queue_factories import (
    add_organization,
    database_now,
    list_taken_seats,
    queue_post,
    rule_near,
    write_rules,
)


def test_the_coming_week(migrated_shell: CommandRunner, database: Database) -> None:
    """Without options: today and six days more in the organization's zone, each seat and each empty
    slot once, as JSON and as an agenda with ids, statuses and the number of those that wait."""
    at = database_now(database) + timedelta(hours=30)
    owner = add_organization(database, [rule_near(at), rule_near(at + timedelta(days=2))])
    posts = [queue_post(database, owner, text) for text in ("One", "Two")]
    result = migrated_shell.slotbeat("calendar", "show", "--json")
    assert (result.code, result.err) == (0, "")
    shown = result.json
    first, last = (datetime.fromisoformat(shown[name]) for name in ("from", "to"))
    assert (last - first, first.time(), shown["timezone"]) == (
        timedelta(days=7),
        first.min.time(),
        "UTC",
    )
    assert [slot["posts"] for slot in shown["slots"]] == [[post.id] for post in posts]
    assert not [name for post in shown["posts"] for name in post if name.endswith("Url")]
    text = migrated_shell.slotbeat("calendar", "show").out
    lines = [line for line in text.splitlines() if posts[0].id in line or posts[1].id in line]
    for line, seat, caption in zip(
        lines, list_taken_seats(database, owner), ("One", "Two"), strict=True
    ):
        for word in (f"{seat.slot_at:%a %Y-%m-%d}", f"{seat.slot_at:%H:%M}", "1 of 1", caption):
            assert word in line


def test_a_week_with_a_clock_change(shell: CommandRunner, sqlite_database: Database) -> None:
    """In another zone, with dates: the gap is noted at the slot and below, empty slots show their
    seats, blackouts and a pause are printed."""
    rule = Rule(WeeklyPattern(0, datetime(2030, 3, 31, 2, 30).time()), "Europe/Berlin")
    owner = add_organization(sqlite_database, [rule], per_slot=2)
    with sqlite_database.write() as session:
        settings = session.get_one(SocialSettings, owner)
        settings.is_paused, settings.blackouts = True, [["2030-04-01", "2030-04-02"]]
        session.add(settings)
    dates = ("--from", "2030-03-30", "--to", "2030-04-02", "--timezone", "Europe/Berlin")
    text = shell.slotbeat("calendar", "show", *dates).out
    (line,) = [line for line in text.splitlines() if "0 of 2" in line]
    for word in ("Sun 2030-03-31", "03:30", "gap"):
        assert word in line
    assert "Sat 2030-03-30 00:00 to Wed 2030-04-03 00:00 Europe/Berlin" in text
    assert "In Europe/Berlin the clocks go forward from 02:00 to 03:00" in text
    assert "Blackout from 2030-04-01 to 2030-04-02" in text
    assert "The queue is paused" in text


WRONG_OPTIONS = {
    "--from": ["--from", "soon"],
    "--to": ["--to", "later"],
    "--to: must lie after": ["--from", "2026-05-02", "--to", "2026-05-01"],
    "--to: must lie at most": ["--from", "2026-05-02", "--to", "2027-05-01"],
    "--timezone": ["--timezone", "Mars/Base"],
    "5000 slots": ["--from", "2030-01-01", "--to", "2030-03-30"],
}


def test_a_wrong_option_is_named(shell: CommandRunner, sqlite_database: Database) -> None:
    """Exit code 2, nothing on stdout, and the wrong option."""
    owner = add_organization(sqlite_database)
    write_rules(sqlite_database, owner, [Rule(CronPattern("*/5 * * * *"), "UTC")])
    for option, arguments in WRONG_OPTIONS.items():
        result = shell.slotbeat("calendar", "show", *arguments)
        assert (result.code, result.out, option in result.errors) == (2, "", True), option
