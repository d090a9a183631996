"""Moving a post on the calendar: to a free slot, against another post, to a day, and back again."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from tests.integration.live_server import Json, OrganizationClient
from tests.integration.local_times import weekly_instants
from tests.integration.ui.browser_client import (
    SCRIPT,
    BrowserClient,
    find_all,
    open_signed_in_browser,
)

RULES = [{"dayOfWeek": day, "time": "10:00"} for day in (1, 2)]


@pytest.fixture
def browser(organization: OrganizationClient) -> Iterator[BrowserClient]:
    """A browser that has signed in to an organization with two slots a week."""
    organization.put_settings(queueSlots=RULES)
    with open_signed_in_browser(organization) as browser:
        yield browser


def slots(number: int) -> list[str]:
    """The next slots, as instants."""
    both = [*weekly_instants(1, "10:00", "UTC", 9), *weekly_instants(2, "10:00", "UTC", 9)]
    return sorted(both)[:number]


def script(browser: BrowserClient, **fields: str) -> httpx.Response:
    """The answer to the script that moves a post."""
    headers = {**SCRIPT, "Origin": browser.origin, "X-CSRF-Token": browser.csrf()}
    return browser.http.post("/calendar/move", data=fields, headers=headers)


def place(organization: OrganizationClient, post_id: str) -> tuple[Json, Json]:
    """The status and the instant of a post."""
    post = organization.get(f"/posts/{post_id}")["post"]
    return post["status"], post["scheduledFor"]


def test_a_post_is_moved_and_moved_back(
    organization: OrganizationClient, browser: BrowserClient
) -> None:
    """To a slot, to another post's slot, to the first free slot of a day; each answer says where it
    is, and its undo is a move to where it was: a slot, an own time, or no date at all."""
    first, second, third, fourth = slots(4)
    own = (datetime.now(UTC) + timedelta(days=90)).replace(microsecond=0)
    own_time = own.isoformat().replace("+00:00", ".000Z")
    here, there = (organization.publish()["socialPost"]["id"] for _ in range(2))
    alone = organization.publish(publishMode="schedule", scheduledAt=own_time)["socialPost"]["id"]
    draft = organization.publish(publishMode="draft")["socialPost"]["id"]
    moves: list[tuple[str, dict[str, str], str]] = [
        (here, {"slot": third}, third),
        (here, {"with": there}, second),
        (here, {"day": fourth[:10]}, fourth),
        (alone, {"slot": third}, third),
        (alone, {"with": here}, first),
        (draft, {"slot": third}, third),
    ]
    for post_id, target, goal in moves:
        before = place(organization, post_id)
        answer = script(browser, post=post_id, **target)
        assert answer.status_code == 200, answer.text
        said = answer.json()
        assert place(organization, post_id) == ("scheduled", goal)
        assert f"{datetime.fromisoformat(goal):%H:%M}" in said["notice"]
        assert said["post"] == post_id
        assert script(browser, **said["undo"]).status_code == 200
        assert place(organization, post_id) == before, (target, before)


def test_a_refusal_says_why_and_changes_nothing(
    organization: OrganizationClient, browser: BrowserClient
) -> None:
    """A slot that is taken, a day without one, a post that is out, a field that is missing; and
    nothing at all without the token of the form."""
    first, second, *_ = slots(2)
    here, there = (organization.publish()["socialPost"]["id"] for _ in range(2))
    refusals = {
        409: [{"slot": second}, {"day": second[:10]}],
        400: [{}, {"slot": "soon"}, {"day": "someday"}, {"with": here}],
        404: [{"with": "nobody"}],
    }
    for status, cases in refusals.items():
        for target in cases:
            answer = script(browser, post=here, **target)
            assert (answer.status_code, target) == (status, target)
            assert 'class="problem"' in answer.text
    headers = {**SCRIPT, "Origin": browser.origin}
    fields = {"post": here, "with": there}
    assert browser.http.post("/calendar/move", data=fields, headers=headers).status_code == 403
    assert place(organization, here) == ("scheduled", first)
    organization.put_settings(isEnabled=False)
    assert script(browser, post=here, **{"with": there}).status_code == 403


def test_without_a_script_the_calendar_has_the_way_back(
    organization: OrganizationClient, browser: BrowserClient
) -> None:
    """The form leads to the week of the new slot, whose page has a form that undoes it."""
    first, second, *_ = slots(2)
    post_id = organization.publish(caption="To and fro")["socialPost"]["id"]
    answer = browser.send("/calendar/move", post=post_id, slot=second)
    assert answer.status_code == 303
    address = urlsplit(answer.headers["location"])
    assert parse_qs(address.query)["date"] == [second[:10]]
    page = browser.read(f"/?{address.query}")
    assert "Moved." in page
    form = find_all(r"(<form method=\"post\" action=\"/calendar/move\".*?</form>)", page)
    assert find_all(r'name="slot" value="([^"]+)"', form) == first
    assert find_all(r'name="post" value="([^"]+)"', form) == post_id
    assert browser.send("/calendar/move", post=post_id, slot=first).status_code == 303
    assert place(organization, post_id) == ("scheduled", first)
