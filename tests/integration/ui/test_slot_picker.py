"""The part of a form in which a slot is chosen: a week of slots, free and taken."""

import re
from datetime import datetime, timedelta

from tests.integration.live_server import OrganizationClient
from tests.integration.ui.browser_client import HTML, find_all, open_signed_in_browser

EVERY_DAY = [{"dayOfWeek": day, "time": time} for day in range(7) for time in ("10:00", "15:00")]
RADIO = r'<input type="radio" name="slot" value="([^"]+)"( checked)?( disabled)?>'


def test_a_week_of_slots_is_shown_to_choose_one_of(organization: OrganizationClient) -> None:
    """The week of the next free slot; taken slots cannot be chosen, a chosen one stays ticked, and
    only weeks to come can be turned to. What is no date is refused."""
    organization.put_settings(queueSlots=EVERY_DAY, maxPostsPerSlot=2, defaultTimezone="Asia/Tokyo")
    full = organization.publish()["socialPost"]["scheduledFor"]
    assert organization.publish()["socialPost"]["scheduledFor"] == full
    half = organization.publish()["socialPost"]["scheduledFor"]
    with open_signed_in_browser(organization) as browser:
        first = browser.read("/slots")
        next_week = browser.read(find_all(r'data-slots-of="([^"]+)" aria-label="Later', first))
        chosen = re.findall(RADIO, next_week)[0][0]
        again = browser.read(f"/slots?date={chosen[:10]}&chosen={chosen}")
        answers = [
            browser.http.get(f"/slots?date={day}", headers=HTML) for day in ("x", "2500-01-01")
        ]
    states = {datetime.fromisoformat(at): (tick, off) for at, tick, off in re.findall(RADIO, first)}
    assert states.get(datetime.fromisoformat(full)) in (("", " disabled"), None)
    assert states[datetime.fromisoformat(half)] == ("", "")
    assert "Asia/Tokyo" in first
    assert ">10:00</time>" in first
    assert 'quiet icon-only" disabled aria-label="Earlier week"' in first
    assert [tick for at, tick, _ in re.findall(RADIO, again) if at == chosen] == [" checked"]
    instants = [datetime.fromisoformat(at) for at, _, _ in re.findall(RADIO, next_week)]
    assert len(instants) == 14
    assert instants[-1] - instants[0] < timedelta(days=7)
    assert [each.status_code for each in answers] == [400, 400]
