"""The mark of an organization: its colour and letters, chosen on the page or over the API."""

import pytest

from tests.integration.live_server import OrganizationClient, expect_error
from tests.integration.ui.browser_client import find_all, open_signed_in_browser
from ui.organization_mark import COLOURS, organization_mark

NAME = "Lantern & Loaf"
SHOWN = r'<span class="mark mark-(\d)" aria-hidden="true">'


def test_a_mark_is_chosen_and_given_up_again(organization: OrganizationClient) -> None:
    """The head of each page shows it; empty letters and the colour of before are stored as none, so
    the settings do not name them."""
    own = organization_mark(organization.id, NAME)
    other = own.colour % COLOURS + 1
    with open_signed_in_browser(organization) as browser:
        assert find_all(SHOWN, browser.read()) == str(own.colour)
        answer = browser.send("/mark", colour=str(other), letters="é✿")
        assert answer.headers["location"].endswith("/mark?done=save")
        assert "Saved." in browser.read("/mark?done=save")
        page = browser.read("/rules")
        assert find_all(SHOWN, page) == str(other)
        assert f'mark-{other}" aria-hidden="true">é✿<' in page
        settings = organization.get("/settings")
        assert (settings["markColour"], settings["markLetters"]) == (other, "é✿")
        browser.send("/mark", colour=str(own.colour), letters="")
        assert not {"markColour", "markLetters"} & organization.get("/settings").keys()
        assert find_all(SHOWN, browser.read()) == str(own.colour)


def test_a_wrong_mark_is_refused_at_its_field(organization: OrganizationClient) -> None:
    """On the page what was typed stays; the API names the field."""
    with open_signed_in_browser(organization) as browser:
        answer = browser.send("/mark", colour="1", letters="ABC")
        assert answer.status_code == 400
        assert "one or two letters" in answer.text
        assert 'value="ABC"' in answer.text


@pytest.mark.parametrize(
    ("field", "value"), [("markColour", 0), ("markColour", 9), ("markLetters", "ABC")]
)
def test_the_api_refuses_it_too(
    organization: OrganizationClient, field: str, value: object
) -> None:
    """With the name of the field."""
    answer = organization.call("PUT", "/settings", json={field: value})
    assert list(expect_error(answer, 400, "INVALID_INPUT")) == [field]
