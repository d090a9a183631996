"""The first steps of an organization, on its empty calendar."""

import re

from tests.integration.account_factories import add_own_connection, sync_accounts
from tests.integration.live_server import OrganizationClient
from tests.integration.ui.browser_client import BrowserClient, find_all, open_signed_in_browser

TEXT = {"postType": "text", "caption": "Hello", "platforms": ["x"]}
CONNECT, RULES, POST = "Connect an account", "Choose when posts go out", "Write your first post"


def steps(browser: BrowserClient) -> tuple[list[str], str, str]:
    """The steps that are done, the current one, and the only primary action of the list."""
    section = find_all(r'(<section class="first-run.*?</section>)', browser.read("/"))
    items = re.findall(r"<li.*?</li>", section, re.DOTALL)
    names = [find_all("<h3>(.*?)</h3>", item) for item in items]
    assert names == [CONNECT, RULES, POST]
    done = [name for name, item in zip(names, items, strict=True) if 'class="is-done"' in item]
    current = [name for name, item in zip(names, items, strict=True) if "aria-current" in item]
    primary = re.findall(r'class="(?:button )?primary"[^>]*>([^<]*)<', section)
    assert len(current) == len(primary) == 1
    return done, current[0], primary[0]


def test_the_steps_lead_to_the_first_post_and_then_go_away(
    any_organization: OrganizationClient,
) -> None:
    """Each step is ticked when it is done, and the next one has the button; one press makes the
    first rules, which are like all others."""
    add_own_connection(any_organization)
    with open_signed_in_browser(any_organization) as browser:
        assert steps(browser) == ([], CONNECT, CONNECT)
        sync_accounts(any_organization, ("x", "OK"))
        done, current, primary = steps(browser)
        assert (done, current) == ([CONNECT], RULES)
        assert primary == "Two a day on weekdays, 9:00 and 17:00"
        seen = find_all(r'name="seen" value="([^"]+)"', browser.read("/"))
        answer = browser.send("/rules/starter", starter="two", seen=seen, back="/")
        assert answer.headers["location"].endswith("/")
        rules = any_organization.get("/settings")["queueSlots"]
        assert {(rule["dayOfWeek"], rule["time"]) for rule in rules} == {
            (day, time) for day in range(1, 6) for time in ("09:00", "17:00")
        }
        assert steps(browser) == ([CONNECT, RULES], POST, "Write a post")
        again = browser.send("/rules/starter", starter="one", seen=seen, back="/")
        assert again.status_code == 409
        any_organization.publish(**TEXT)
        assert "first-run" not in re.sub("<head>.*?</head>", "", browser.read("/"), flags=re.DOTALL)


def test_whoever_has_posts_and_lost_the_accounts_is_told(organization: OrganizationClient) -> None:
    """The step comes back, with the others ticked."""
    organization.put_settings(queueSlots=[{"dayOfWeek": 1, "time": "10:00"}])
    organization.publish(**TEXT)
    with open_signed_in_browser(organization) as browser:
        assert steps(browser) == ([RULES, POST], CONNECT, CONNECT)
