"""The import page: a file, its columns and dates, a dry run, the posts, a report."""

import csv
import io
import re
from typing import Any

import httpx
import openpyxl
import pytest

from tests.integration.live_server import OrganizationClient
from tests.integration.ui.browser_client import (
    HTML,
    BrowserClient,
    find_all,
    open_signed_in_browser,
    page_of,
)
from tests.sample_files import JPEG
from ui.calendar.status_badge import badge_for

RULES = [{"dayOfWeek": day, "time": "10:00"} for day in range(7)]
PLAN = """Date;Time;Words;Network;Owner
03/04/2099;9:00;Fresh at eight;X;Ann
05/04/2099;9:00;=Fresh again;Friendster;Bob
;;Whenever there is room;Facebook;
"""
# What a person chooses: the third column is the text, and the day comes first.
CHOSEN = {"c2": "caption", "order": "dmy", "label": "May & June"}


def choose(browser: BrowserClient, content: bytes | str, name: str = "plan.csv") -> httpx.Response:
    """Send a file; returns the answer."""
    headers = {"Origin": browser.origin, **HTML}
    return browser.http.post(
        "/import", data={"csrf": browser.csrf()}, files={"file": (name, content)}, headers=headers
    )


def stored(browser: BrowserClient, content: bytes | str, name: str = "plan.csv") -> str:
    """Send a file that is a calendar; returns its id."""
    answer = choose(browser, content, name)
    assert answer.status_code == 303, answer.text
    return find_all(r"^/import/check\?file=([0-9a-f]{32})$", page_of(answer.headers["location"]))


def check(browser: BrowserClient, file: str, **chosen: str) -> str:
    """The check of a file, as text in one line."""
    query = httpx.QueryParams({"file": file, **chosen})
    return " ".join(browser.read(f"/import/check?{query}", **HTML).split())


def rows(page: str) -> list[str]:
    """The rows of the table, as texts."""
    table = find_all(r'<table class="plain import-rows">(.*?)</table>', page)
    texts = re.findall(r"<tr.*?</tr>", find_all(r"<tbody>(.*)", table))
    return [" ".join(re.sub("<[^>]*>", " ", text).split()) for text in texts]


def workbook(lines: list[list[Any]], *names: str) -> bytes:
    """A workbook with these lines in each sheet."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name in names:
        sheet = book.create_sheet(name)
        for line in lines:
            sheet.append([*line, name] if lines.index(line) else [*line, "Sheet"])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def test_a_spreadsheet_is_imported_step_by_step(any_organization: OrganizationClient) -> None:
    """What is unclear is asked, each row shows its slot or its problem, only the good ones become
    posts, and the refused ones come back as a file. A reload and a second import change nothing."""
    any_organization.put_settings(queueSlots=RULES)
    with open_signed_in_browser(any_organization) as browser:
        file = stored(browser, PLAN)
        asked = check(browser, file)
        assert "Choose the column that has the texts" in asked
        assert "03/04/2099 is 3 April 2099" in asked
        assert "03/04/2099 is 4 March 2099" in asked
        assert "not imported: Words, Owner" in asked
        assert "import-rows" not in asked
        seen = check(browser, file, **CHOSEN)
        first, second, third = rows(seen)
        assert "Fri 3 Apr 2099, 09:00" in first
        assert "Refused" in second
        assert "Network 'Friendster' is not supported" in second
        assert re.search(r"\d{4}, 10:00 .*Whenever there is room", third)
        assert "Import 2 posts" in seen
        assert any_organization.posts() == []
        assert rows(check(browser, file, **CHOSEN, show="problems")) == [second]

        answer = browser.send("/import/run", file=file, **CHOSEN)
        report = page_of(answer.headers["location"])
        shown = " ".join(browser.read(report, **HTML).split())
        assert "2 posts were imported." in shown
        assert "1 row was refused" in shown
        ids = {post["id"] for post in any_organization.posts()}
        assert len(ids) == 2
        assert all(post["labels"] == ["May & June"] for post in any_organization.posts())
        assert 'href="/list?label=May+%26+June"' in shown
        assert set(re.findall(r'href="/posts/([0-9a-f]{32})"', shown)) == ids
        assert "Import 0 posts" in check(browser, file, **CHOSEN)
        browser.send("/import/run", file=file, **CHOSEN)
        assert len(any_organization.posts()) == 2

        refused = browser.http.get("/import/refused", params={"file": file, **CHOSEN})
        assert refused.headers["Content-Disposition"].startswith(
            "attachment; filename*=UTF-8''plan"
        )
        header, row = csv.reader(io.StringIO(refused.text.removeprefix("\ufeff")), delimiter=";")
        assert header == ["line", "error", "Date", "Time", "Words", "Network", "Owner"]
        assert (row[0], row[4:]) == ("3", ["=Fresh again", "Friendster", "Bob"])
        mended = stored(browser, refused.text.replace("Friendster", "Mastodon"))
        again = {"c4": "caption", "order": "dmy", "label": "Mended"}
        assert "Import 1 post<" in check(browser, mended, **again)


def test_the_page_and_the_api_say_the_same_of_each_row(organization: OrganizationClient) -> None:
    """Rows that wait for approval are counted; the dry run of the API has the same statuses."""
    organization.put_settings(approveApiPosts=True, queueSlots=RULES, defaultPlatforms=["x"])
    text = "Text,Date\nOne,2099-05-01 10:00\nTwo,\nTwo,\n,\nToo late,2020-01-01 10:00\n"
    answer = organization.call(
        "POST", "/import", content=text, params={"dryRun": "true"},
        headers={"Content-Type": "text/csv"},
    )  # fmt: skip
    told = [(each["row"], each["status"]) for each in answer.json()["rows"]]
    with open_signed_in_browser(organization) as browser:
        page = check(browser, stored(browser, text))
        assert "2 of them wait for approval" in page
        words = {
            "accepted": badge_for("pending_approval").label,
            "known": "Imported before",
            "refused": "Refused",
        }
        assert [each.split(" ")[0] for each in rows(page)] == [str(line) for line, _ in told]
        for shown, (_, status) in zip(rows(page), told, strict=True):
            assert words[status].casefold() in shown.casefold()


def test_a_workbook_offers_its_sheets(organization: OrganizationClient) -> None:
    """The first calendar is shown, another one can be chosen, and a file of a thousand rows has
    pages."""
    content = workbook([["Text"], ["Hello"]], "May", "June")
    with open_signed_in_browser(organization) as browser:
        organization.put_settings(defaultPlatforms=["x"])
        file = stored(browser, content, "Plan & more.xlsx")
        first = check(browser, file)
        assert "Plan &amp; more.xlsx" in first
        assert re.search("<option selected>May</option>.*<option>June</option>", first)
        assert '<li dir="auto">June</li>' in check(browser, file, sheet="June")
        long = stored(browser, "Text\n" + "".join(f"Row {each}\n" for each in range(1, 1001)))
        page = check(browser, long, page="10")
        assert "Page 10 of 10" in page
        assert rows(page)[-1].endswith("Row 1000")
        too_long = stored(browser, "Text\n" + "".join(f"Row {each}\n" for each in range(1001)))
        assert "more than 1,000 rows" in check(browser, too_long)


NO_CALENDARS = {
    "a picture": (JPEG, "picture"),
    "a PDF": (b"%PDF-1.4", "PDF"),
    "an old workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old form"),
    "nothing": (b"", "empty"),
}


@pytest.mark.parametrize("case", NO_CALENDARS)
def test_what_is_no_calendar_is_not_kept(organization: OrganizationClient, case: str) -> None:
    """The page says what it is, and what to do instead."""
    content, words = NO_CALENDARS[case]
    with open_signed_in_browser(organization) as browser:
        before = {*organization.api.files.iterdir()}
        answer = choose(browser, content)
        assert answer.status_code == 400
        assert words in answer.text
        assert {*organization.api.files.iterdir()} == before


def test_other_letters_can_be_named(organization: OrganizationClient) -> None:
    """A file that is not UTF-8 is not guessed at: the page asks for its encoding."""
    with open_signed_in_browser(organization) as browser:
        organization.put_settings(defaultPlatforms=["x"])
        file = stored(browser, "Text\nFrüh\n".encode("cp1252"))
        assert "Line 2: the file must be UTF-8 text" in check(browser, file)
        assert "Früh" in rows(check(browser, file, encoding="windows-1252"))[0]
        damaged = stored(browser, b"PK\x03\x04 nothing", "plan.xlsx")
        assert "damaged archive" in check(browser, damaged)


def test_a_calendar_is_its_organization_s_alone(organization: OrganizationClient) -> None:
    """Nobody else reads it; and no other file can be read as one, nor it be a post's file."""
    other = organization.api.create_organization()
    with open_signed_in_browser(organization) as browser:
        file = stored(browser, PLAN)
        with open_signed_in_browser(other) as stranger:
            for page in ("check", "report", "refused"):
                answer = stranger.http.get(f"/import/{page}", params={"file": file})
                assert answer.status_code == 404
            assert stranger.send("/import/run", file=file, **CHOSEN).status_code == 404
    photo = organization.call(
        "POST", "/media", content=JPEG, headers={"Content-Type": "image/jpeg"}
    ).json()["media"]
    with open_signed_in_browser(organization) as browser:
        assert browser.http.get("/import/check", params={"file": photo["id"]}).status_code == 404
    post = {"postType": "photo", "caption": "Hi", "platforms": ["x"]}
    link = {"photoUrls": [f"slotbeat://media/{file}"]}
    refused = organization.call("POST", "/publish", json={**post, **link})
    assert (refused.status_code, "text/csv" in refused.text) == (400, True)
