"""Commands that run in a folder without an installation."""

import json
from pathlib import Path

import pytest

from tests.integration.cli.run_command import CommandRunner

ID = "01a1ffe2812f71989636281eb0d02bec"
COMMANDS = (
    "posts list", f"posts show {ID}", f"posts cancel {ID}", f"posts retry {ID}", "posts watch",
    "posts export", "posts import calendar.csv",
    "posts import calendar.csv --dry-run", "calendar show", "calendar simulate --posts-per-week 1",
    "slots replan --dry-run", "org list", "key list", "key create", "credentials show",
    "db restored",
)  # fmt: skip


@pytest.fixture(params=["no database", "empty file"])
def wrong_folder(tmp_path: Path, request: pytest.FixtureRequest) -> CommandRunner:
    """A folder of something else, with the default settings."""
    (tmp_path / "calendar.csv").write_text("caption\nHello\n", encoding="utf-8")
    if request.param == "empty file":
        (tmp_path / "var").mkdir()
        (tmp_path / "var" / "slotbeat.db").touch()
    return CommandRunner(tmp_path)


def contents(folder: Path) -> dict[str, int]:
    """Every file of the folder with its size, and every folder in it."""
    return {
        str(path.relative_to(folder)): path.stat().st_size if path.is_file() else -1
        for path in folder.rglob("*")
    }


@pytest.mark.parametrize("line", COMMANDS)
def test_a_command_in_the_wrong_folder_makes_nothing(
    wrong_folder: CommandRunner, line: str
) -> None:
    """It ends with code 2, says that no installation is there and what to do, in JSON too, and no
    file and no folder is made."""
    before = contents(wrong_folder.cwd)
    result = wrong_folder.slotbeat(*line.split())
    assert (result.code, result.out) == (2, "")
    assert "there is no installation of Slotbeat here: no database var/slotbeat.db" in result.errors
    assert "SLOTBEAT_DATABASE_URL" in result.errors
    as_json = wrong_folder.slotbeat(*line.split(), "--json")
    assert (as_json.code, as_json.err) == (2, "")
    assert "no installation" in json.loads(as_json.out)["error"]
    assert contents(wrong_folder.cwd) == before


def test_doctor_in_the_wrong_folder_makes_nothing(wrong_folder: CommandRunner) -> None:
    """It reports that the database is missing, with what to do."""
    before = contents(wrong_folder.cwd)
    result = wrong_folder.slotbeat("doctor")
    assert result.code == 1
    assert "there is no var/slotbeat.db in this folder" in result.out
    assert "run slotbeat in the folder of your installation" in result.out
    assert contents(wrong_folder.cwd) == before


def test_a_new_installation_is_made_where_it_is_asked_for(wrong_folder: CommandRunner) -> None:
    """`org create` makes it, and then the other commands work."""
    assert wrong_folder.slotbeat("org", "create", "A").code == 0
    assert wrong_folder.slotbeat("posts", "list").code == 0
