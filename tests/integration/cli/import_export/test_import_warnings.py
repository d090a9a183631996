"""`slotbeat posts import`: the fields that will not be sent are named for each row."""

import json

from tests.integration.cli.run_command import CommandRunner

OPTIONS = [
    {"youtubeTitle": "Rise"}, {"tiktokAllowDuet": "false"}, {"youtubeVisibility": "private"},
]  # fmt: skip
VIDEO = {
    "postType": "video",
    "caption": "Hi",
    "platforms": ["youtube", "tiktok"],
    "videoUrl": "https://cdn.example.com/a.mp4",
}


def write_rows(shell: CommandRunner) -> str:
    """A calendar of three videos: one with a warning, one with none, one that is refused."""
    shell.slotbeat("org", "create", "A")
    rows = [{**VIDEO, "key": f"k{n}", "platformFields": each} for n, each in enumerate(OPTIONS)]
    file = shell.cwd / "calendar.jsonl"
    file.write_text("".join(json.dumps(each) + "\n" for each in rows))
    return str(file)


def test_a_dry_run_and_an_import_warn_alike(shell: CommandRunner) -> None:
    """Both name row, field, network and provider; a row without a warning has no such key."""
    file = write_rows(shell)
    for more in (["--dry-run"], []):
        done = shell.slotbeat("posts", "import", file, "--no-check-links", "--json", *more)
        first, second, third = done.json["rows"]
        (warning,) = first["warnings"]
        assert warning["field"] == "platformFields.youtubeTitle"
        assert "the provider simulator has no place for youtubeTitle" in warning["message"]
        assert "warnings" not in second
        assert [each["field"] for each in third["errors"]] == ["platformFields.youtubeVisibility"]


def test_people_read_the_warnings_before_the_sums(shell: CommandRunner) -> None:
    """A line for each field of a new row; when the row is known, it was said before."""
    file = write_rows(shell)
    for more in (["--dry-run"], []):
        text = shell.slotbeat("posts", "import", file, "--no-check-links", *more).out
        assert "row 1 (k0): warning: platformFields.youtubeTitle: is not sent: " in text
        assert "accepted, 0 known already, 1 refused" in text
    again = shell.slotbeat("posts", "import", file, "--no-check-links").out
    assert "warning: " not in again


def test_rows_beyond_the_first_twenty_are_counted(shell: CommandRunner) -> None:
    """The text stays short; --json has every row."""
    shell.slotbeat("org", "create", "A")
    rows = [{**VIDEO, "key": f"k{n}", "platformFields": OPTIONS[0]} for n in range(23)]
    file = shell.cwd / "calendar.jsonl"
    file.write_text("".join(json.dumps(each) + "\n" for each in rows))
    text = shell.slotbeat("posts", "import", file, "--no-check-links").out
    assert text.count("warning: ") == 20
    assert "and 3 more with warnings (--json shows all)" in text


def test_edit_warns_too(shell: CommandRunner) -> None:
    """In text and in JSON, with the fields that the post has."""
    done = shell.slotbeat("posts", "import", write_rows(shell), "--no-check-links", "--json")
    post_id = done.json["rows"][0]["socialPost"]["id"]
    change = ("posts", "edit", post_id, "--caption", "Bye")
    (warning,) = shell.slotbeat(*change, "--json").json["warnings"]
    assert warning["field"] == "platformFields.youtubeTitle"
    assert "warning: platformFields.youtubeTitle: is not sent" in shell.slotbeat(*change).out
