"""`slotbeat posts import` and `list`: a good calendar."""

import csv
import json
from pathlib import Path

from tests.integration.cli.conftest import EXAMPLES
from tests.integration.cli.import_export.calendar_files import rows_with_status
from tests.integration.cli.run_command import CommandRunner

CALENDAR = EXAMPLES / "calendar.csv"


def keys() -> list[str]:
    """The example's row keys, in order."""
    with CALENDAR.open(encoding="utf-8", newline="") as file:
        return [row["key"] for row in csv.DictReader(file)]


def test_the_example_is_accepted_once(shell: CommandRunner, media_base: str) -> None:
    """All 28 rows are accepted; the same file again is known, row by row, and adds nothing."""
    shell.variables["ALLOW_PRIVATE_MEDIA"] = "1"
    owner = shell.slotbeat("org", "create", "A", "--json").json["id"]
    command = ("posts", "import", CALENDAR, "--media-base", media_base)
    first = shell.slotbeat(*command, "--json")
    assert first.code == 0, first.out
    assert [row["key"] for row in rows_with_status(first.json, "accepted")] == keys()
    assert (first.json["known"], first.json["refused"]) == (0, 0)
    assert [row for row in first.json["rows"] if "warnings" in row] == []
    again = shell.slotbeat(*command, "--org", owner)
    assert (again.code, again.err) == (0, "")
    assert "0 accepted, 28 known already, 0 refused" in again.out
    listed = shell.slotbeat("posts", "list", "--json").json["posts"]
    assert [post["key"] for post in reversed(listed)] == keys()
    assert {(post["status"], post["scheduledFor"]) for post in listed} == {("backlog", None)}
    table = shell.slotbeat("posts", "list", "--org", owner).out
    assert all(post["id"] in table for post in listed)


def test_a_calendar_may_come_by_standard_input(shell: CommandRunner) -> None:
    """`-` reads stdin, also with a byte-order mark, Windows line ends and no keys."""
    shell.slotbeat("org", "create", "A")
    rows = ["postType,caption,platforms", 'text,"One', 'two",x', "", 'text,Three,"x, facebook"', ""]
    text = "\ufeff" + "\r\n".join(rows)
    first = shell.slotbeat("posts", "import", "-", "--json", stdin=text.encode())
    assert [row["row"] for row in rows_with_status(first.json, "accepted")] == [2, 5]
    again = shell.slotbeat("posts", "import", "-", stdin=text.encode())
    assert "0 accepted, 2 known already, 0 refused" in again.out
    listed = shell.slotbeat("posts", "list", "--json").json["posts"]
    assert [post["platforms"] for post in listed] == ["x facebook", "x"]


def test_a_calendar_may_be_json_lines(shell: CommandRunner, tmp_path: Path) -> None:
    """The format is detected by content; the second time its rows are known, by key or content."""
    shell.slotbeat("org", "create", "A")
    row = {"postType": "text", "caption": "One", "platforms": ["x"]}
    rows = [{**row, "key": "a"}, row, {**row, "colour": "red"}]
    file = tmp_path / "calendar.jsonl"
    file.write_text("".join(json.dumps(each) + "\n" for each in rows))
    first = shell.slotbeat("posts", "import", file, "--json")
    assert (first.code, [each["row"] for each in rows_with_status(first.json, "accepted")]) == (
        1,
        [1, 2],
    )
    assert [each["field"] for each in rows_with_status(first.json, "refused")[0]["errors"]] == [
        "colour"
    ]
    again = shell.slotbeat("posts", "import", file)
    assert "0 accepted, 2 known already, 1 refused" in again.out


def test_a_calendar_needs_to_know_its_organization(shell: CommandRunner, tmp_path: Path) -> None:
    """Without an organization, with several, or with a wrong one: an error, and nothing stored."""
    file = tmp_path / "a.csv"
    file.write_text("postType,caption,platforms\ntext,Hello,x\n")
    assert "slotbeat org create" in shell.slotbeat("posts", "import", file).errors
    ids = [shell.slotbeat("org", "create", name, "--json").json["id"] for name in "AB"]
    for code, wrong in ((2, []), (1, ["--org", "nobody"])):
        result = shell.slotbeat("posts", "import", file, *wrong)
        assert (result.code, result.out) == (code, "")
        assert "--org" in result.errors
        assert "slotbeat org list" in result.errors
    assert shell.slotbeat("posts", "import", file, "--org", ids[1]).code == 0
    counts = [len(shell.slotbeat("posts", "list", "--org", i, "--json").json["posts"]) for i in ids]
    assert counts == [0, 1]
