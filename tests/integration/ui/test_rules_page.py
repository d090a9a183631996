"""The rules page: it does what `PUT settings` does, and overwrites no change of others."""

import re
from typing import Any

import pytest

from tests.integration.live_server import OrganizationClient
from tests.integration.ui.browser_client import (
    HTML,
    BrowserClient,
    find_all,
    open_signed_in_browser,
    page_of,
)

MONDAY = {"dayOfWeek": 1, "time": "10:00"}
SUNDAY = {"dayOfWeek": 0, "time": "02:30", "timezone": "America/New_York"}
CRON = {"cron": "0 9 1,15 * *", "timezone": "Europe/Berlin"}
DATES = {"from": "2031-12-24", "to": "2031-12-26"}


def seen(browser: BrowserClient) -> str:
    """The fingerprint of the settings that the page shows."""
    return find_all(r'name="seen" value="([^"]+)"', browser.read("/rules", **HTML))


def send(browser: BrowserClient, change: str, **fields: str) -> int:
    """Load the page and submit a form; returns the status of the response."""
    page = browser.read("/rules", **HTML)
    hidden = {name: find_all(rf'name="{name}" value="([^"]+)"', page) for name in ("csrf", "seen")}
    headers = {"Origin": browser.origin, **HTML}
    data = {**hidden, **fields}
    return browser.http.post(f"/rules/{change}", data=data, headers=headers).status_code


def test_a_grid_makes_the_settings_that_a_put_makes(any_organization: OrganizationClient) -> None:
    """Times with and without their own zone, cron, numbers, policies and dates; all can be
    removed again."""
    other = any_organization.api.create_organization()
    wanted: dict[str, Any] = {
        "queueSlots": [MONDAY, SUNDAY, CRON],
        "maxPostsPerSlot": 3,
        "defaultTimezone": "Asia/Tokyo",
        "gapPolicy": "skip",
        "overlapPolicy": "second",
        "blackouts": [DATES, "2031-12-31"],
    }
    with open_signed_in_browser(any_organization) as browser:
        asked: list[tuple[str, dict[str, str]]] = [
            ("settings", {
                "maxPostsPerSlot": "3", "defaultTimezone": "Asia/Tokyo", "gapPolicy": "skip",
                "overlapPolicy": "second",
            }),
            ("add", {"dayOfWeek": "1", "time": "10:00"}),
            ("add", {"dayOfWeek": "0", "time": "02:30", "timezone": "America/New_York"}),
            ("add-cron", {"cron": "0 9 2 * *", "timezone": "Europe/Berlin"}),
            ("change-cron", {**CRON, "number": "2"}),
            ("add-blackout", DATES),
            ("add-blackout", {"from": "2031-12-31", "to": ""}),
        ]  # fmt: skip
        assert [send(browser, what, **fields) for what, fields in asked] == [303] * len(asked)
        assert any_organization.get("/settings") == other.put_settings(**wanted)
        page = browser.read("/rules", **HTML)
        days = re.findall(r'<abbr title="(\w+)">', page)
        assert (days[0], days[-1]) == ("Monday", "Sunday")
        assert "Remove Sunday 02:30 America/New_York" in page
        assert "Add Tuesday 10:00" in page
        for change, number in (("remove", 3), ("remove-blackout", 2)):
            for _ in range(number):
                assert send(browser, change, number="0") == 303
    emptied = other.put_settings(queueSlots=[], blackouts=[])
    assert any_organization.get("/settings") == emptied


def test_a_time_is_added_to_the_days_that_are_ticked(organization: OrganizationClient) -> None:
    """All of them or none; without a day nothing is added, and the form says so."""
    ticked = {"day-1": "1", "day-0": "1", "time": "10:00", "timezone": ""}
    with open_signed_in_browser(organization) as browser:
        assert send(browser, "add", time="10:00") == 400
        assert send(browser, "add", **ticked) == 303
        assert send(browser, "add", **{**ticked, "day-2": "1"}) == 400
    rules = organization.get("/settings")["queueSlots"]
    assert sorted(rule["dayOfWeek"] for rule in rules) == [0, 1]


def test_a_new_time_gives_a_waiting_post_a_slot(any_organization: OrganizationClient) -> None:
    """As `PUT settings` does."""
    post = any_organization.publish()["socialPost"]
    assert post["status"] == "backlog"
    with open_signed_in_browser(any_organization) as browser:
        assert send(browser, "add", dayOfWeek="1", time="10:00") == 303
    assert any_organization.get(f"/posts/{post['id']}")["post"]["status"] == "scheduled"


def test_what_somebody_else_changed_is_not_overwritten(
    any_organization: OrganizationClient,
) -> None:
    """409 with a sentence and the current rules; sent again from there, it is done."""
    any_organization.put_settings(queueSlots=[MONDAY])
    with open_signed_in_browser(any_organization) as browser:
        old = seen(browser)
        settings = any_organization.put_settings(queueSlots=[SUNDAY])
        answer = browser.send("/rules/remove", seen=old, number="0")
        assert answer.status_code == 409
        assert "changed by somebody else" in answer.text
        assert "02:30" in answer.text
        assert any_organization.get("/settings") == settings
        new = find_all(r'name="seen" value="([^"]+)"', answer.text)
        assert browser.send("/rules/remove", seen=new, number="0").status_code == 303
    assert any_organization.get("/settings")["queueSlots"] == []


@pytest.mark.parametrize(
    ("change", "fields", "field", "said"),
    [
        ("add", {"dayOfWeek": "3", "time": "25:00"}, "time-new", "must be HH:mm"),
        ("add", {"dayOfWeek": "3", "time": "", "timezone": "Mars"}, "zone-new", "IANA time zone"),
        ("add", {"dayOfWeek": "1", "time": "10:00"}, "time-new", "already exists"),
        ("add-cron", {"cron": "* * * * *"}, "cron-new", "more often than every 5 minutes"),
        ("change-cron", {"cron": "no", "number": "1"}, "cron-1", "five cron fields"),
        ("settings", {"maxPostsPerSlot": "0"}, "max", "must be at least 1"),
        ("settings", {"maxPostsPerSlot": "many"}, "max", "whole number"),
        ("add-blackout", {"from": "2031-12-26", "to": "2031-12-24"}, "dates", "before it begins"),
    ],
)
def test_an_error_is_shown_at_its_field(
    organization: OrganizationClient, change: str, fields: dict[str, str], field: str, said: str
) -> None:
    """With the typed value, in an open form; and nothing has changed."""
    rest = {"defaultTimezone": "UTC", "gapPolicy": "forward", "overlapPolicy": "first"}
    before = organization.put_settings(queueSlots=[MONDAY, CRON])
    with open_signed_in_browser(organization) as browser:
        sent = {**(rest if change == "settings" else {}), **fields}
        answer = browser.send(f"/rules/{change}", seen=seen(browser), **sent)
    assert answer.status_code == 400
    assert said in find_all(rf'id="{field}-problem">(.*?)</p>', answer.text)
    assert answer.text.count('aria-invalid="true"') == 1
    wrong = find_all(r'<(input[^>]*aria-invalid="true"[^>]*)>', answer.text)
    named = find_all(r'name="(\w+)"', wrong)
    assert f'value="{fields[named]}"' in wrong
    assert organization.get("/settings") == before


@pytest.mark.parametrize("number", ["7", "-1", "x", ""])
def test_a_rule_that_does_not_exist_cannot_be_removed(
    organization: OrganizationClient, number: str
) -> None:
    """400, and the rules stay."""
    organization.put_settings(queueSlots=[MONDAY])
    with open_signed_in_browser(organization) as browser:
        assert send(browser, "remove", number=number) == 400
    assert organization.get("/settings")["queueSlots"] == [MONDAY]


def test_the_queue_is_paused_and_resumed(any_organization: OrganizationClient) -> None:
    """From the rules page and from the calendar; each form returns to its own page."""
    any_organization.put_settings(queueSlots=[MONDAY])
    with open_signed_in_browser(any_organization) as browser:
        answer = browser.send("/rules/pause", back="/")
        assert page_of(answer.headers["location"]) == "/"
        assert any_organization.get("/settings")["isPaused"] is True
        waiting = any_organization.publish()["socialPost"]
        assert waiting["status"] == "backlog"
        assert "Resume the queue" in browser.read("/rules", **HTML)
        answer = browser.send("/rules/resume", back="https://example.org/")
        assert page_of(answer.headers["location"]) == "/rules?done=resume"
    assert any_organization.get(f"/posts/{waiting['id']}")["post"]["status"] == "scheduled"
