"""Two tabs, one session: a page never gets the posts of another organization than it names."""

from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest

from tests.integration.live_server import OrganizationClient
from tests.integration.ui.browser_client import (
    HTML,
    SCRIPT,
    BrowserClient,
    find_all,
    follow_page,
    open_signed_in_browser,
)
from ui.fetch_request import ORGANIZATION_HEADER
from ui.sign_in import csrf

RULE = {"dayOfWeek": "1", "time": "10:00"}


@dataclass(frozen=True, slots=True)
class TwoTabs:
    """A browser with a page of `first`; somebody has signed in to `second` in another tab since.
    `token`: the form token on the page."""

    browser: BrowserClient
    first: OrganizationClient
    second: OrganizationClient
    page: str
    token: str
    part: str
    tag: str

    def script(self, **headers: str) -> dict[str, str]:
        """The headers of the page's script."""
        shown = find_all(r'<meta name="organization" content="([^"]+)"', self.page)
        return {**SCRIPT, "Origin": self.browser.origin, ORGANIZATION_HEADER: shown, **headers}


@pytest.fixture
def tabs(organization: OrganizationClient) -> Iterator[TwoTabs]:
    """A page of one organization, in a session of another one."""
    second = organization.api.create_organization("Harbour Yoga")
    second.publish(caption="A post of the second")
    with open_signed_in_browser(organization) as browser:
        page, token, poller = browser.read(), browser.csrf(), follow_page(browser)
        assert browser.sign_in(second.key).status_code == 303
        yield TwoTabs(browser, organization, second, page, token, poller.address, poller.tag)


def test_a_page_names_its_organization_for_the_script(tabs: TwoTabs) -> None:
    """Its id is in the head, and a request with it is answered while the session is its own."""
    assert f'<meta name="organization" content="{tabs.first.id}">' in tabs.page
    tabs.browser.sign_in(tabs.first.key)
    assert tabs.browser.http.get(tabs.part, headers=tabs.script()).status_code == 200
    assert 'name="organization"' not in tabs.browser.read("/sign-in")


@pytest.mark.parametrize("path", ["part", "/panel/posts/{}", "/publish", "/rules"])
def test_a_page_gets_nothing_of_another_organization(tabs: TwoTabs, path: str) -> None:
    """Neither the calendar nor a post nor a form: 412 with a sentence that names the session's
    organization, even for a page that is up to date."""
    path = tabs.part if path == "part" else path.format(tabs.second.posts()[0]["id"])
    headers = tabs.script(**{"X-Poll": "1", "If-None-Match": tabs.tag})
    answer = tabs.browser.http.get(path, headers=headers)
    assert answer.status_code == 412
    assert "you are signed in to harbour yoga now" in answer.text.lower()
    assert "A post of the second" not in answer.text
    assert answer.headers["x-problem"] == "1"


FORMS = {
    "/rules/pause": {},
    "/rules/add": RULE,
    "/publish": {"postType": "text", "caption": "Whose?", "publishMode": "publish_now"},
    "/posts/{}/remove": {},
    "/sign-out": {},
}


@pytest.mark.parametrize("path", FORMS)
@pytest.mark.parametrize("is_script", [True, False])
def test_a_form_changes_nothing_in_another_organization(
    tabs: TwoTabs, path: str, is_script: bool
) -> None:
    """Sent by the script or by the browser, it is refused with a sentence, and nothing is done."""
    before = [state(each) for each in (tabs.first, tabs.second)]
    answer = send(tabs, path, is_script=is_script)
    assert answer.status_code == (412 if is_script else 403)
    sentence = "signed in to harbour yoga now" if is_script else csrf.STALE_FORM.lower()
    assert sentence in answer.text.lower()
    assert "nothing was changed" in answer.text.lower()
    assert [state(each) for each in (tabs.first, tabs.second)] == before
    assert tabs.browser.http.get("/").status_code == 200


def send(tabs: TwoTabs, path: str, *, is_script: bool) -> httpx.Response:
    """Submit a form of the page."""
    url = path.format(tabs.second.posts()[0]["id"])
    fields = {"csrf": tabs.token, **FORMS[path]}
    headers = tabs.script(**{"X-CSRF-Token": tabs.token}) if is_script else HTML
    headers = {"Origin": tabs.browser.origin, **headers}
    if path == "/publish":
        parts = [(name, (None, each)) for name, each in fields.items()]
        return tabs.browser.http.post(url, files=parts, headers=headers)
    return tabs.browser.http.post(url, data=fields, headers=headers)


def state(organization: OrganizationClient) -> list[object]:
    """Everything that the forms could change."""
    return [organization.posts(), organization.get("/settings")]


def test_a_request_that_names_no_organization_is_answered(tabs: TwoTabs) -> None:
    """A browser that opens a page gets it whole, with the session's organization in its head."""
    page = tabs.browser.read("/", **HTML)
    assert f'<meta name="organization" content="{tabs.second.id}">' in page
    assert "<strong>Harbour Yoga</strong>" in page
