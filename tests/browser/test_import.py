"""A spreadsheet becomes posts on the import page; and the first steps of an organization."""

import csv
import io
from pathlib import Path

import openpyxl
from playwright.sync_api import FilePayload, Page, expect

from tests.browser.axe_core import find_violations
from tests.browser.page_user import CalendarPage, PageUsers
from tests.browser.rule_times import daily_rule
from tests.browser.slotbeat_server import BrowserTenant

PHONE = {"width": 390, "height": 844}
PLAN = """Date;Time;Words;Network;Owner
03/04/2099;9:00;Fresh at eight;X;Ann
05/04/2099;9:00;Too far;Friendster;Bob
;;Whenever there is room;Facebook;
"""


def give(page: Page, name: str, content: bytes) -> None:
    """Drop a file on the page: the browser's own field takes it, and it is sent at once."""
    page.goto("/import")
    file = FilePayload(name=name, mimeType="application/octet-stream", buffer=content)
    page.get_by_label("Drop a spreadsheet here").set_input_files(file)
    page.wait_for_url("**/import/check?file=*")


def test_a_spreadsheet_is_dropped_explained_checked_and_imported(
    users: PageUsers, organization: BrowserTenant, tmp_path: Path
) -> None:
    """The columns and the order of the dates are asked for, each row shows its time or its problem
    before anything is imported; the refused rows come back as a file. In the dark, by axe."""
    organization.settings(queueSlots=daily_rule("10:00"))
    visitor = users.signed_in(organization, color_scheme="dark")
    page = visitor.page
    visitor.open_settings()
    page.get_by_role("link", name="Import", exact=True).click()
    assert not find_violations(page), "the file"
    give(page, "plan.csv", PLAN.encode())
    expect(page.get_by_role("alert")).to_contain_text("Choose the column")
    expect(page.get_by_text("not imported: Words, Owner")).to_be_visible()
    assert not find_violations(page), "the questions"
    page.get_by_label("Words").select_option("Text")
    page.get_by_label("Day first").check()
    page.get_by_role("button", name="Check the rows").click()

    rows = page.get_by_role("region", name="What will happen").get_by_role("row")
    expect(rows.filter(has_text="Fresh at eight")).to_contain_text("Fri 3 Apr 2099, 09:00")
    expect(rows.filter(has_text="Whenever")).to_contain_text("10:00")
    expect(rows.filter(has_text="Too far")).to_contain_text("Network 'Friendster' is not supported")
    assert not find_violations(page), "the dry run"
    page.get_by_role("link", name="Problems").click()
    expect(rows).to_have_count(2)  # with the header
    page.reload()
    expect(rows).to_have_count(2)
    assert organization.api.call("GET", "/posts")["posts"] == []

    page.get_by_label("Label for these posts").fill("April")
    page.get_by_role("button", name="Import 2 posts").click()
    expect(page.get_by_text("2 posts were imported.")).to_be_visible()
    expect(page.get_by_role("link", name="List its posts")).to_be_visible()
    assert not find_violations(page), "the report"
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the refused rows").click()
    refused = tmp_path / "refused.csv"
    download.value.save_as(refused)
    text = refused.read_text(encoding="utf-8-sig")
    ((line, *_, owner),) = [*csv.reader(io.StringIO(text), delimiter=";")][1:]
    assert (line, owner) == ("3", "Bob")
    page.get_by_role("link", name="Show the calendar").click()
    expect(page.get_by_role("main")).to_contain_text("Whenever there is room")


def test_a_workbook_is_imported_on_a_phone_without_script(
    users: PageUsers, organization: BrowserTenant
) -> None:
    """What can be read at once needs no answer; nothing is wider than the window."""
    book = openpyxl.Workbook()
    for line in (["Text", "Network"], ["=Fresh", "X"], ["Late", "X, Facebook"]):
        book.worksheets[0].append(line)
    book.worksheets[0]["A2"].data_type = "s"
    content = io.BytesIO()
    book.save(content)
    visitor = users.signed_in(organization, viewport=PHONE, java_script_enabled=False)
    page = visitor.page
    page.goto("/import")
    page.get_by_label("Drop a spreadsheet here").set_input_files(
        FilePayload(name="plan.xlsx", mimeType="application/zip", buffer=content.getvalue())
    )
    page.get_by_role("button", name="Read the file").click()
    expect(page.get_by_text("2 posts will be imported")).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="=Fresh")).to_contain_text("Waits for a free")
    visitor.expect_no_sideways()
    page.get_by_role("button", name="Import 2 posts").click()
    expect(page.get_by_text("2 posts were imported.")).to_be_visible()
    visitor.expect_no_sideways()
    captions = {post["caption"] for post in organization.api.call("GET", "/posts")["posts"]}
    assert captions == {"=Fresh", "Late"}


def test_the_first_steps_lead_to_the_first_post(
    organization: BrowserTenant, calendar: CalendarPage
) -> None:
    """One press makes the first rules; then the calendar has slots, and the last step is next."""
    page = calendar.page
    steps = page.get_by_role("region", name="From here to your first post")
    expect(steps).to_contain_text("Choose when posts go out")
    assert not find_violations(page), "the first steps"
    steps.get_by_role("button", name="Two a day on weekdays").click()
    expect(steps.get_by_role("link", name="Write a post")).to_be_visible()
    assert len(organization.rules()) == 10
    organization.publish(caption="The first one")
    page.reload()
    expect(steps).to_have_count(0)
