"""`slotbeat calendar simulate`: which posts would get which slots; it writes nothing."""

import pytest

from models.database import Database
from tests.integration.cli.run_command import CommandRunner
from tests.integration.scheduler.queue_factories import add_organization, database_now, rule_near

MARCH = ("--from", "2026-03-01T00:00:00Z", "--to", "2026-03-29T00:00:00Z")
SUNDAYS = ("--rule", "0 02:30 America/New_York")


def test_slots_posts_and_what_becomes_of_them(shell: CommandRunner) -> None:
    """Which post gets which slot, what is full, the DST change and what an outage misses."""
    outage = ("--outage", "2026-03-15T00:00:00Z/2026-03-16T00:00:00Z")
    late = ("--outage", "2026-03-22T06:29:00Z/2026-03-22T06:31:00Z")
    result = shell.slotbeat(
        "calendar", "simulate", *SUNDAYS, *MARCH, "--posts-per-week", "2", *outage, *late, "--json"
    )
    assert (result.code, result.err) == (0, "")
    slots = result.json["slots"]
    assert [each["at"] for each in slots] == [
        "2026-03-01T07:30:00.000Z", "2026-03-08T07:30:00.000Z",
        "2026-03-15T06:30:00.000Z", "2026-03-22T06:30:00.000Z",
    ]  # fmt: skip
    assert [each["note"] for each in slots] == [None, "gap", None, None]
    assert [each["posts"] for each in slots] == [[1], [2], [3], [4]]
    assert [each["full"] for each in slots] == [True] * 4
    assert [each["fate"] for each in slots] == ["on time", "on time", "missed", "late"]
    assert result.json["waiting"] == [5, 6, 7, 8]
    assert list(shell.cwd.iterdir()) == []


def test_for_people_it_is_a_table(shell: CommandRunner) -> None:
    """The same as a table, and a sentence about those without a slot."""
    result = shell.slotbeat("calendar", "simulate", *SUNDAYS, *MARCH, "--posts-per-week", "2")
    assert result.code == 0
    for word in ("What if", "2026-03-08T07:30:00.000Z", "gap, full", "4 posts find no slot"):
        assert word in result.out


def test_the_rules_in_force_are_read_and_nothing_is_written(shell: CommandRunner) -> None:
    """Without --rule: the organization's own rules and seats; the database stays byte for byte."""
    assert shell.slotbeat("db", "upgrade").code == 0
    database = Database(shell.variables["DATABASE_URL"])
    rule = rule_near(database_now(database))
    add_organization(database, [rule], per_slot=2)
    database.close()
    content = (shell.cwd / "slotbeat.db").read_bytes()
    result = shell.slotbeat("calendar", "simulate", "--posts-per-week", "2", "--json")
    assert result.code == 0, result.err
    assert {each["timezone"] for each in result.json["slots"]} == {"UTC"}
    assert max(len(each["posts"]) for each in result.json["slots"]) == 2
    assert (shell.cwd / "slotbeat.db").read_bytes() == content


@pytest.mark.parametrize(
    ("arguments", "option"),
    [
        (["--posts-per-week", "-1"], "--posts-per-week"),
        ([], "--posts-per-week"),
        (["--posts-per-week", "1", "--rule", "9 10:00 UTC"], "--rule"),
        (["--posts-per-week", "1", "--rule", "1 10:00 Mars/Base"], "--rule"),
        (["--posts-per-week", "1", "--rule", ""], "--rule"),
        (["--posts-per-week", "1", "--from", "2026-03-02", "--to", "2026-03-01"], "--to"),
        (["--posts-per-week", "1", *SUNDAYS, "--outage", "2026-03-02"], "--outage"),
        (["--posts-per-week", "1", *SUNDAYS, "--outage", "2026-03-02/soon"], "--outage"),
        (["--posts-per-week", "1", *SUNDAYS, "--per-slot", "0"], "--per-slot"),
    ],
)
def test_a_bad_option_is_named(shell: CommandRunner, arguments: list[str], option: str) -> None:
    """Exit code 2, nothing on stdout, and the wrong option on stderr."""
    result = shell.slotbeat("calendar", "simulate", *arguments)
    assert (result.code, result.out) == (2, "")
    assert option in result.errors
