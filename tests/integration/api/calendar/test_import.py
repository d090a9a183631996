"""POST import: rows of a calendar become posts, once each, and bad ones are named."""

import io
import json
from typing import Any

import httpx
import openpyxl
import pytest

from tests.integration.live_server import Json, OrganizationClient, expect_error
from tests.sample_files import JPEG

CSV = "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LINES = "application/x-ndjson"
GOOD = {"postType": "text", "caption": "Hello", "platforms": ["x"]}
RULES = [{"dayOfWeek": day, "time": "10:00"} for day in range(7)]


def send(
    owner: OrganizationClient, body: str | bytes, kind: str = CSV, **query: str
) -> httpx.Response:
    """The raw answer to an import."""
    content = body if isinstance(body, bytes) else body.encode()
    headers = {"Content-Type": kind}
    return owner.call("POST", "/import", content=content, headers=headers, params=query)


def lines(*rows: Json) -> str:
    """JSON Lines of these values."""
    return "".join(json.dumps(row) + "\n" for row in rows)


def statuses(answer: httpx.Response) -> list[tuple[int, str, str]]:
    """(line, key, status) of each row; the sums agree with them."""
    body = answer.json()
    found = [(row["row"], row["key"], row["status"]) for row in body["rows"]]
    for status in ("accepted", "known", "refused"):
        assert body[status] == sum(each[2] == status for each in found)
    return found


MIXED = """key,postType,caption,platforms,scheduledAt,sourceVideoId
a,text,Hello,x,,
b,text,Too late,x,2020-01-01T10:00:00Z,
c,video,No link,x,,v1
d,text,"Two
lines",x,,
,text,No key,"x facebook",,
"""


def test_good_rows_are_posts_and_bad_ones_are_named(any_organization: OrganizationClient) -> None:
    """207 with a result for each row, by its line; imported again, the rows are known and make no
    posts."""
    answer = send(any_organization, MIXED, f"{CSV}; charset=utf-8")
    assert answer.status_code == 207
    assert answer.json()["dryRun"] is False
    *named, (line, key, status) = statuses(answer)
    assert named == [
        (2, "a", "accepted"), (3, "b", "refused"), (4, "c", "refused"), (5, "d", "accepted"),
    ]  # fmt: skip
    assert (line, len(key), status) == (7, 32, "accepted")
    rows = answer.json()["rows"]
    assert [each["field"] for each in rows[1]["errors"] + rows[2]["errors"]] == [
        "scheduledAt", "videoUrl",
    ]  # fmt: skip
    posts = any_organization.posts()
    assert [post["caption"] for post in reversed(posts)] == ["Hello", "Two\nlines", "No key"]
    made = {row["socialPost"]["id"]: row["socialPost"]["providerJobId"] for row in rows[::3]}
    assert made.items() <= {post["id"]: post["providerJobId"] for post in posts}.items()
    again = send(any_organization, MIXED)
    assert [row[2] for row in statuses(again)].count("known") == 3
    assert len(any_organization.posts()) == 3


def test_json_lines_are_publish_bodies_with_a_key(any_organization: OrganizationClient) -> None:
    """Fields have their own types; blank lines are skipped; the same row may occur twice."""
    scheduled = {**GOOD, "key": "at", "scheduledAt": "2099-05-01T10:00", "timezone": "Asia/Tokyo"}
    body = lines({**GOOD, "key": "a"}) + "\n" + lines(scheduled, GOOD, dict(reversed(GOOD.items())))
    answer = send(any_organization, body, LINES)
    assert answer.status_code == 200, answer.text
    *named, third, fourth = statuses(answer)
    assert named == [(1, "a", "accepted"), (3, "at", "accepted")]
    assert (third[0], third[2], fourth[0], fourth[2]) == (4, "accepted", 5, "known")
    assert third[1] == fourth[1]
    at = answer.json()["rows"][1]["socialPost"]
    assert (at["status"], at["scheduledFor"]) == ("scheduled", "2099-05-01T01:00:00.000Z")


BAD_LINES: dict[str, tuple[str, str, str]] = {
    "no JSON": ("{caption: 1}", "row", "is not valid JSON"),
    "a list": ("[1]", "row", "must be a JSON object"),
    "null": ("null", "row", "must be a JSON object"),
    "twice": ('{"caption": "a", "caption": "b"}', "row", "twice"),
    "deep": ("[" * 50_000, "row", "nested too deeply"),
    "a number for a key": (json.dumps({**GOOD, "key": 7}), "key", "must be a text"),
    "a long key": (json.dumps({**GOOD, "key": "k" * 201}), "key", "more than 200 characters"),
    "NUL in the key": (json.dumps({**GOOD, "key": "a\0"}), "key", "NUL"),
    "half a pair": (json.dumps({**GOOD, "caption": "\ud800"}), "caption", "surrogate"),
    "a wrong type": (json.dumps({**GOOD, "platforms": "x"}), "platforms", "list"),
    "an unknown field": (json.dumps({**GOOD, "colour": "red"}), "colour", "is not a field"),
    "another's": (json.dumps({**GOOD, "organizationId": "f" * 32}), "organizationId", "imports"),
    "a link": (json.dumps({**GOOD, "videoUrl": "//[a"}), "videoUrl", "link"),
}


def test_each_bad_line_is_named_and_stops_no_other(organization: OrganizationClient) -> None:
    """Each kind of error names its field in a sentence; the last line becomes a post."""
    body = "".join(f"{line}\n" for line, _, _ in BAD_LINES.values()) + lines(GOOD)
    answer = send(organization, body, "application/jsonl", mediaBase="https://cdn.example.com/")
    assert answer.status_code == 207
    *bad, good = answer.json()["rows"]
    assert good["status"] == "accepted"
    for row, (case, (_, field, words)) in zip(bad, BAD_LINES.items(), strict=True):
        assert [each["field"] for each in row["errors"]] == [field], (case, row)
        assert words in row["errors"][0]["message"], (case, row)


THEIRS = (
    "When,Text for us,Photo link,Network,Notes\n"
    "03/04/2099 9:00,Hello,https://cdn.example.com/a.jpg,Facebook,Ann\n"
)


def test_a_file_with_its_own_titles_is_read_as_the_caller_says(
    organization: OrganizationClient,
) -> None:
    """`columns` names ours by theirs, and what is not read; without a column of types, a post has
    the type of its files. A wrong map is refused by its name."""
    columns = {"When": "scheduledAt", "Text for us": "caption", "Notes": ""}
    asked = {"columns": json.dumps(columns), "dateFormat": "DD/MM/YYYY", "label": " Import 1 "}
    (row,) = send(organization, THEIRS, **asked).json()["rows"]
    assert row["status"] == "accepted", row
    (post,) = organization.posts()
    assert (post["caption"], post["thumbnailUrl"]) == ("Hello", "https://cdn.example.com/a.jpg")
    assert post["scheduledFor"].startswith("2099-04-03")
    assert post["labels"] == ["Import 1"]
    again = send(organization, lines({**GOOD, "labels": ["Own"]}), LINES, label="Two")
    assert again.status_code == 200
    assert ["Own", "Two"] in [each.get("labels") for each in organization.posts()]
    assert (
        "comma"
        in expect_error(send(organization, THEIRS, label="a,b"), 400, "INVALID_INPUT")["label"]
    )
    assert (
        "'Notes' is no column"
        in expect_error(send(organization, THEIRS), 400, "INVALID_INPUT")["file"]
    )
    for wrong in ('{"When": "date"}', "[]"):
        error = expect_error(send(organization, THEIRS, columns=wrong), 400, "INVALID_INPUT")
        assert "column" in error["columns"]


def test_a_dry_run_says_it_all_and_keeps_nothing(any_organization: OrganizationClient) -> None:
    """Two posts for two seats on two days: rows see each other. A real import then has the same
    result."""
    any_organization.put_settings(queueSlots=RULES)
    rows = [{**GOOD, "key": key, "caption": key} for key in ("a", "b")]
    body = lines(*rows, {**GOOD, "caption": " "}, rows[0])
    first = send(any_organization, body, LINES, dryRun="true")
    assert first.status_code == 207
    assert first.json()["dryRun"] is True
    assert [row[2] for row in statuses(first)] == ["accepted", "accepted", "refused", "known"]
    assert any_organization.posts() == []
    planned = [row["socialPost"] for row in first.json()["rows"][:2]]
    assert all(set(post) == {"status", "scheduledFor"} for post in planned)
    assert planned[0]["scheduledFor"] < planned[1]["scheduledFor"]
    meant = send(any_organization, body, LINES).json()["rows"][:2]
    for post, said in zip((row["socialPost"] for row in meant), planned, strict=True):
        assert {name: post[name] for name in said} == said


def test_rows_wait_for_approval_where_posts_do(organization: OrganizationClient) -> None:
    """approveApiPosts applies to imported posts too."""
    organization.put_settings(approveApiPosts=True, queueSlots=RULES)
    (row,) = send(organization, lines(GOOD), LINES).json()["rows"]
    assert row["socialPost"]["status"] == "pending_approval"


def test_relative_links_and_own_files_are_media(any_organization: OrganizationClient) -> None:
    """Links are joined to mediaBase, except those to uploads; an unknown upload is refused."""
    headers = {"Content-Type": "image/jpeg"}
    kept = any_organization.call("POST", "/media", content=JPEG, headers=headers).json()["media"]
    photo: dict[str, Any] = {**GOOD, "postType": "photo"}
    nobodys = {**photo, "photoUrls": [f"slotbeat://media/{'0' * 32}"]}
    body = lines({**photo, "photoUrls": ["b.jpg", kept["url"]]}, nobodys)
    answer = send(any_organization, body, LINES, mediaBase="https://cdn.example.com/spring/")
    assert [row[2] for row in statuses(answer)] == ["accepted", "refused"]
    assert answer.json()["rows"][1]["errors"][0]["field"] == "photoUrls"
    (post,) = any_organization.posts()
    assert post["previewUrl"] == "https://cdn.example.com/spring/b.jpg"


def test_a_file_of_a_spreadsheet_is_read(organization: OrganizationClient) -> None:
    """A workbook, also under the type of CSV; text in UTF-16 or in the encoding of its type; dates
    in the order that the query names, and refused without it."""
    book, content = openpyxl.Workbook(), io.BytesIO()
    for line in (["Post type", "Caption", "Network"], ["Text", "Früh", "Facebook"]):
        book.worksheets[0].append(line)
    book.save(content)
    text = "postType\tcaption\tplatforms\r\ntext\tFrüh um {}\tFB, Twitter\r\n"
    for body, kind in (
        (content.getvalue(), XLSX),
        (content.getvalue(), CSV),
        (text.format("acht").encode("utf-16"), CSV),
        (text.format("neun").encode("cp1252"), f'{CSV}; charset="Windows-1252"'),
    ):
        answer = send(organization, body, kind)
        assert (answer.status_code, answer.json()["refused"]) == (200, 0), answer.text
    captions = {post["caption"] for post in organization.posts()}
    assert captions == {"Früh", "Früh um acht", "Früh um neun"}
    dated = "postType,caption,platforms,scheduledAt\ntext,a,x,5.3.2099 9:00\n"
    (row,) = send(organization, dated).json()["rows"]
    assert "dateFormat" in row["errors"][0]["message"]
    (row,) = send(organization, dated, dateFormat="DD.MM.YYYY").json()["rows"]
    assert row["socialPost"]["scheduledFor"].startswith("2099-03-05")
    wrong = expect_error(send(organization, dated, dateFormat="x"), 400, "INVALID_INPUT")
    assert "DD.MM.YYYY" in wrong["dateFormat"]


def test_a_line_break_is_one_character_everywhere(organization: OrganizationClient) -> None:
    """CR LF and CR are kept as LF, and counted once: by import, publish and edit."""
    caption = "\r\n".join(["a" * 12] * 20) + "b" * 20 + "\r"
    table = f'postType,caption,platforms,scheduledAt\ntext,"{caption}",x,2099-03-05T09:00\n'
    (row,) = send(organization, table).json()["rows"]
    assert row["status"] == "accepted", row
    at = "2099-03-05T09:00"
    made = organization.publish(caption=caption, publishMode="draft", scheduledAt=at)["socialPost"]
    body = {"postId": made["id"], "caption": caption + "c"}
    assert organization.call("POST", "/edit", json=body).status_code == 400
    body = {"postId": made["id"], "caption": caption[:-1] + "\r\n"}
    assert organization.call("POST", "/edit", json=body).status_code == 200
    lines_ = caption.replace("\r\n", "\n").replace("\r", "\n")
    assert [post["caption"] for post in organization.posts()] == [lines_, lines_]


def test_a_known_row_that_differs_is_told(organization: OrganizationClient) -> None:
    """With the fields, a sentence and a sum; a key that stands twice in a file is an error."""
    row = {**GOOD, "key": "a"}
    send(organization, lines(row), LINES)
    answer = send(organization, lines({**row, "caption": "Other"}), LINES).json()
    assert (answer["known"], answer["differing"]) == (1, 1)
    assert answer["rows"][0]["differs"] == ["caption"]
    assert "another key" in answer["rows"][0]["note"]
    twice = send(
        organization, lines({**row, "key": "b"}, {**row, "key": "b", "caption": "c"}), LINES
    )
    assert [each[2] for each in statuses(twice)] == ["accepted", "refused"]
    assert "row 1" in twice.json()["rows"][1]["errors"][0]["message"]


WHOLE: dict[str, tuple[bytes, str, str]] = {
    "nothing": (b" \n", CSV, "is empty"),
    "a strange column": (b"postType,caption,colour\ntext,a,red\n", CSV, "no column"),
    "Latin-1": ("postType,caption\ntext,caf\xe9\n".encode("latin-1"), CSV, "UTF-8"),
    "half of a UTF-16 sign": (lines(GOOD).encode("utf-16") + b"x", LINES, "UTF-16"),
    "an encoding that nobody has": (b"postType,caption\ntext,a\n", f"{CSV}; charset=x", "encoding"),
    "an open quote": (b'postType,caption\ntext,"a\n', CSV, "not valid CSV"),
    "too many rows": (lines(*[GOOD] * 1001).encode(), LINES, "split it"),
}


@pytest.mark.parametrize("case", WHOLE)
def test_a_file_that_is_no_calendar_is_refused_whole(
    organization: OrganizationClient, case: str
) -> None:
    """In the shape of every error, and nothing is made."""
    body, kind, words = WHOLE[case]
    assert words in expect_error(send(organization, body, kind), 400, "INVALID_INPUT")["file"]
    assert organization.posts() == []


def test_nothing_accepted_is_400_with_the_rows(organization: OrganizationClient) -> None:
    """An error's shape, and the rows besides; a type that we do not read is 415."""
    answer = send(organization, "postType,caption,platforms\ntext,,x\n")
    body = answer.json()
    assert (answer.status_code, body["code"]) == (400, "INVALID_INPUT")
    assert body["error"] == body["message"] != ""
    assert statuses(answer)[0][2] == "refused"
    known = expect_error(send(organization, "{}", "application/xml"), 415, "UNSUPPORTED_MEDIA_TYPE")
    assert known == {}
    organization.put_settings(isEnabled=False)
    assert expect_error(send(organization, lines(GOOD), LINES), 403, "FORBIDDEN") == {}


@pytest.mark.parametrize(
    "kind", ["application/vnd.ms-excel", "application/csv", "TEXT/CSV; header=present"]
)
def test_a_table_has_several_names(organization: OrganizationClient, kind: str) -> None:
    """A browser on Windows has one of its own."""
    answer = send(organization, "postType,caption,platforms\ntext,Hi,x\n", kind)
    assert (answer.status_code, answer.json()["accepted"]) == (200, 1)


def test_many_rows_are_taken_in_order(organization: OrganizationClient) -> None:
    """Several transactions keep one order: seats follow the lines of the file."""
    organization.put_settings(queueSlots=RULES)
    rows = [{**GOOD, "key": f"{number:03}"} for number in range(60)]
    answer = send(organization, lines(*rows), LINES)
    taken = [row["socialPost"]["scheduledFor"] for row in answer.json()["rows"]]
    assert None not in taken
    assert taken == sorted(set(taken))
