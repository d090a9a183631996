"""`slotbeat slots preview`: the slots of a rule, and how clock changes affect them."""

import pytest

from tests.integration.cli.run_command import CommandRunner

NEW_YORK = "America/New_York"
GAP = ("--timezone", NEW_YORK, "--from", "2026-03-07T00:00:00Z", "--count", "3")
SUNDAY = ("--day-of-week", "0", "--time")


def slot(at: str, local: str, note: str | None = None) -> dict[str, str | None]:
    """A slot in New York as the JSON shows it."""
    return {"at": f"{at}:00.000Z", "local": f"{local}:00", "timezone": NEW_YORK, "note": note}


def preview(shell: CommandRunner, *arguments: str) -> list[dict[str, str | None]]:
    """The slots that the JSON lists."""
    result = shell.slotbeat("slots", "preview", *arguments, "--json")
    assert (result.code, result.err) == (0, "")
    assert list(result.json) == ["slots"]
    found: list[dict[str, str | None]] = result.json["slots"]
    return found


def test_the_example_of_the_issue(shell: CommandRunner) -> None:
    """02:30 in New York does not exist on 8 March 2026: it moves to 03:30, and says so."""
    assert preview(shell, *SUNDAY, "02:30", *GAP) == [
        slot("2026-03-08T07:30", "2026-03-08T02:30", "gap"),
        slot("2026-03-15T06:30", "2026-03-15T02:30"),
        slot("2026-03-22T06:30", "2026-03-22T02:30"),
    ]
    assert list(shell.cwd.iterdir()) == []  # it needs no database


def test_skip_leaves_the_gap_out(shell: CommandRunner) -> None:
    """--gap skip: no slot on the date whose reading does not exist."""
    found = preview(shell, *SUNDAY, "02:30", *GAP, "--gap", "skip")
    assert [each["local"] for each in found] == [
        "2026-03-15T02:30:00", "2026-03-22T02:30:00", "2026-03-29T02:30:00",
    ]  # fmt: skip


@pytest.mark.parametrize(("policy", "hour"), [("first", "05"), ("second", "06")])
def test_an_overlap_takes_the_reading_that_is_asked_for(
    shell: CommandRunner, policy: str, hour: str
) -> None:
    """01:30 comes twice on 1 November 2026."""
    since = ("--timezone", NEW_YORK, "--from", "2026-10-31T00:00:00Z", "--count", "1")
    found = preview(shell, *SUNDAY, "01:30", *since, "--overlap", policy)
    assert found == [slot(f"2026-11-01T{hour}:30", "2026-11-01T01:30", "overlap")]


def test_a_cron_rule_instead_of_day_and_time(shell: CommandRunner) -> None:
    """--cron: the same list, through the clock change."""
    found = preview(shell, "--cron", "30 2 7,8 3 *", *GAP)
    assert found[:2] == [
        slot("2026-03-07T07:30", "2026-03-07T02:30"),
        slot("2026-03-08T07:30", "2026-03-08T02:30", "gap"),
    ]
    assert found[2]["local"] == "2027-03-07T02:30:00"


def test_for_people_it_is_a_table(shell: CommandRunner) -> None:
    """Without --json: a table with the instants, the readings and the note."""
    result = shell.slotbeat("slots", "preview", *SUNDAY, "02:30", *GAP)
    assert result.code == 0
    for word in ("Slots", "note", "2026-03-08T07:30:00.000Z", "Sun 2026-03-08 02:30", "gap"):
        assert word in result.out


@pytest.mark.parametrize(
    ("arguments", "option"),
    [
        (["--day-of-week", "7", "--time", "10:00", "--timezone", "UTC"], "--day-of-week"),
        (["--day-of-week", "1", "--time", "25:00", "--timezone", "UTC"], "--time"),
        (["--day-of-week", "1", "--timezone", "UTC"], "--time"),
        (["--time", "10:00", "--timezone", "UTC"], "--day-of-week"),
        (["--cron", "0 9 * *", "--timezone", "UTC"], "--cron"),
        (["--cron", "0 9 30 2 *", "--timezone", "UTC"], "--cron"),
        (["--cron", "0 9 * * *", "--time", "10:00", "--timezone", "UTC"], "--cron"),
        (["--cron", "0 9 * * *", "--timezone", "Mars/Base"], "--timezone"),
        (["--cron", "0 9 * * *"], "--timezone"),
        (["--cron", "0 9 * * *", "--timezone", "UTC", "--from", "soon"], "--from"),
        (["--cron", "0 9 * * *", "--timezone", "UTC", "--count", "0"], "--count"),
        (["--cron", "0 9 * * *", "--timezone", "UTC", "--gap", "back"], "--gap"),
        (["--cron", "0 9 * * *", "--timezone", "UTC", "--overlap", "both"], "--overlap"),
    ],
)
def test_a_bad_option_is_named(shell: CommandRunner, arguments: list[str], option: str) -> None:
    """Exit code 2, nothing on stdout, and the wrong option on stderr."""
    result = shell.slotbeat("slots", "preview", *arguments)
    assert (result.code, result.out) == (2, "")
    assert option in result.errors
