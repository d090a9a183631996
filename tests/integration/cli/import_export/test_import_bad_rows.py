"""`slotbeat posts import`: bad rows are refused and named, the others are imported."""

import csv
from pathlib import Path

import pytest

from tests.integration.cli.import_export.calendar_files import rows_with_status
from tests.integration.cli.run_command import CommandRunner, Json, sqlite_environment
from tests.servers import free_port

COLUMNS = ("key", "postType", "caption", "platforms", "publishMode", "scheduledAt", "videoUrl")
HEADER = [*COLUMNS, "photoUrls", "platformFields"]


def video(link: str) -> dict[str, str]:
    """A video post's cells."""
    return {"postType": "video", "videoUrl": link}


def photo(links: str) -> dict[str, str]:
    """A photo post's cells."""
    return {"postType": "photo", "photoUrls": links}


Row = dict[str, str]
BAD: dict[str, tuple[Row, str, str]] = {
    "no link": ({"postType": "video"}, "videoUrl", "is required"),
    "closed port": (video("http://127.0.0.1:{}/a.mp4"), "videoUrl", "cannot be reached"),
    "404": (video("media/no.mp4"), "videoUrl", "answers 404"),
    "one of two": (photo("media/no.jpg media/coffee.jpg"), "photoUrls", "answers 404"),
    "no http": (video("ftp://a.example/a.mp4"), "videoUrl", "http"),
    "platform": ({"platforms": "x myspace"}, "platforms[1]", "'myspace' is not supported"),
    "no platform": ({"platforms": ""}, "platforms", "name at least one"),
    "past": ({"scheduledAt": "2020-02-02T10:00"}, "scheduledAt", "must lie in the future"),
    "no date": ({"scheduledAt": "next Monday"}, "scheduledAt", "such as 2026-05-01T15:00:00Z"),
    "missing date": ({"publishMode": "schedule"}, "scheduledAt", "is required"),
    "mode": ({"publishMode": "later"}, "publishMode", "'next_slot'"),
    "bad JSON": ({"platformFields": "{youtubeTitle: a}"}, "platformFields", "JSON object"),
    "JSON list": ({"platformFields": "[1]"}, "platformFields", "must be an object"),
    "JSON number": ({"platformFields": '{"a": 1}'}, "platformFields.a", "must be a text"),
    "blank caption": ({"caption": " "}, "caption", "must not be empty"),
    "type": ({"postType": "story"}, "postType", "'document'"),
}
# What makes a library raise something else than its usual error.
ODD: dict[str, tuple[Row, str]] = {
    "port": (video("http://127.0.0.1:99999/a"), "videoUrl"),
    "long host": (video(f"http://{'a' * 64}.example/a"), "videoUrl"),
    "no host": (video("http:///a.mp4"), "videoUrl"),
    "brackets": (video("//[a/a.mp4"), "videoUrl"),
    "huge number": ({"platformFields": '{"a": ' + "9" * 5000 + "}"}, "platformFields"),
    "deep JSON": ({"platformFields": "[" * 100_000}, "platformFields"),
}
PLAIN: Row = {"postType": "text", "caption": "Hello", "platforms": "x"}


def write(path: Path, rows: dict[str, Row]) -> Path:
    """A CSV file of these rows, by key; each a text post for x where nothing else is said."""
    cells = [{**PLAIN, "key": key, **row} for key, row in rows.items()]
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(
            [HEADER, *([row.get(name, "") for name in HEADER] for row in cells)]
        )
    return path


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> CommandRunner:
    """A folder with one organization in its database."""
    made = sqlite_environment(tmp_path_factory.mktemp("import"), ALLOW_PRIVATE_MEDIA="1")
    made.slotbeat("org", "create", "A")
    return made


@pytest.fixture(scope="module")
def report(shell: CommandRunner, media_base: str) -> Json:
    """The JSON for a file with every kind of bad row between two good ones."""
    closed = str(free_port())
    bad = {
        key: {name: cell.replace("{}", closed) for name, cell in row.items()}
        for key, (row, _, _) in BAD.items()
    }
    file = write(shell.cwd / "calendar.csv", {"first": {}, **bad, "last": {}})
    result = shell.slotbeat("posts", "import", file, "--media-base", media_base, "--json")
    assert result.code == 1
    return result.json


def test_good_rows_between_bad_ones_are_accepted(shell: CommandRunner, report: Json) -> None:
    """The first and the last row are posts; every row between them is refused, in its order."""
    assert [row["key"] for row in rows_with_status(report, "accepted")] == ["first", "last"]
    assert [row["key"] for row in rows_with_status(report, "refused")] == list(BAD)
    listed = shell.slotbeat("posts", "list", "--json").json["posts"]
    assert {"first", "last"} <= {post["key"] for post in listed}
    assert not {post["key"] for post in listed} & set(BAD)


@pytest.mark.parametrize("key", BAD)
def test_a_bad_row_is_named_with_its_field(report: Json, key: str) -> None:
    """Its line in the file, its key, the one field that is wrong, and what would be right."""
    _, field, right = BAD[key]
    (row,) = (row for row in rows_with_status(report, "refused") if row["key"] == key)
    assert row["row"] == list(BAD).index(key) + 3
    (error,) = row["errors"]
    assert error["field"] == field
    assert right in error["message"]


@pytest.mark.parametrize("key", ODD)
def test_an_odd_row_stops_nothing(shell: CommandRunner, media_base: str, key: str) -> None:
    """What makes a library fail is one more bad row: named, and the next row is accepted."""
    row, field = ODD[key]
    file = write(shell.cwd / "odd.csv", {key: row, f"after {key}": {}})
    result = shell.slotbeat("posts", "import", file, "--media-base", media_base, "--json")
    assert result.code == 1
    assert [each["key"] for each in rows_with_status(result.json, "accepted")] == [f"after {key}"]
    (refused,) = rows_with_status(result.json, "refused")
    assert [each["field"] for each in refused["errors"]] == [field]
