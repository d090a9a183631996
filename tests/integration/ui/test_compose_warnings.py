"""The page offers what will be sent, and says what of a post will not be."""

import re
from typing import Any

from sqlmodel import select

from models.posts import Delivery
from provider.field_tables import has_place_for
from services.post_validation.platform_field_table import PLATFORM_FIELDS
from tests.integration.live_server import OrganizationClient
from tests.integration.ui.browser_client import HTML, find_all, open_signed_in_browser
from tests.integration.ui.test_compose_page import TEXT, form, send

VIDEO = {
    "postType": "video", "caption": "Rise", "platforms": ["youtube", "x"],
    "publishMode": "publish_now", "links": "https://cdn.example.com/a.mp4",
}  # fmt: skip


def offered(page: str) -> list[str]:
    """The names of the options that a form has fields for."""
    return re.findall(r'name="option:(\w+)"', page)


def test_the_form_offers_only_what_will_be_sent(organization: OrganizationClient) -> None:
    """The options of the organization's provider, each in the section of its network, with the
    names that people know, and with choices where there are some."""
    with open_signed_in_browser(organization) as browser:
        page = browser.read("/compose", **HTML)
    sent = {name for name in PLATFORM_FIELDS if has_place_for("simulator", name)}
    assert {*offered(page)} == sent
    assert len(offered(page)) == len(sent)
    for section in page.split('data-options="')[1:]:
        network = section.partition('"')[0]
        assert {PLATFORM_FIELDS[name].platform for name in offered(section)} <= {network}
    assert '<label for="opt-tiktokCommercialContentType">Advertising</label>' in page
    assert '<option value="brand_organic">For the own brand</option>' in page


def test_a_post_with_options_that_are_not_sent_says_so(
    any_organization: OrganizationClient,
) -> None:
    """On the calendar after the publication, and in the post's panel, where the provider's own
    list does not repeat it."""
    sent: dict[str, Any] = {
        **VIDEO, "option:tiktokAllowDuet": "false", "option:youtubeTitle": "Rise",
    }  # fmt: skip
    with open_signed_in_browser(any_organization) as browser:
        answer = send(browser, {**form(browser), **sent})
        assert answer.status_code == 303
        page = browser.read(answer.headers["location"], **HTML)
        notice = find_all(r"<p>Not everything will be sent:</p>(.*?)</div>", page)
        assert "youtubeTitle is not sent: the provider simulator has no place" in notice
        assert "tiktokAllowDuet belongs to tiktok" in notice
        (post,) = any_organization.posts()
        with any_organization.api.database.write() as session:
            for row in session.exec(select(Delivery).where(Delivery.post_id == post["id"])):
                row.not_carried = ["youtubeTitle", "youtubeSurprise"]
                session.add(row)
        panel = browser.read(f"/posts/{post['id']}", **HTML)
    assert "youtubeTitle is not sent: " in panel
    assert "does not take youtubeSurprise." in panel


def test_blanks_around_an_option_are_not_part_of_it(organization: OrganizationClient) -> None:
    """They come with copying, and nobody means them."""
    sent: dict[str, Any] = {
        **VIDEO, "platforms": ["tiktok"], "option:tiktokAllowDuet": " false ",
    }  # fmt: skip
    with open_signed_in_browser(organization) as browser:
        assert send(browser, {**form(browser), **sent}).status_code == 303


def test_a_plain_post_has_no_such_notice(organization: OrganizationClient) -> None:
    """Nor does the post of another organization, or an id that nobody has."""
    other = organization.api.create_organization()
    theirs = other.publish(platformFields={"youtubeTitle": "Secret"})["socialPost"]["id"]
    with open_signed_in_browser(organization) as browser:
        answer = send(browser, {**form(browser), **TEXT})
        for address in (
            answer.headers["location"], f"/?post={theirs}&done=publish", "/?post=0&done=publish",
        ):  # fmt: skip
            page = browser.read(address, **HTML)
            assert "The post is accepted." in page
            assert "Not everything" not in page


def test_a_lost_limit_stands_at_its_field(organization: OrganizationClient) -> None:
    """A form of an older page may still have the field: it is shown with what was typed."""
    with open_signed_in_browser(organization) as browser:
        answer = send(browser, {**form(browser), **VIDEO, "option:youtubeVisibility": "private"})
    assert answer.status_code == 400
    problem = find_all(r'id="problem-option:youtubeVisibility">(.*?)</p>', answer.text)
    assert "has no place for youtubeVisibility" in problem
    assert "youtubeVisibility" in offered(answer.text)
    assert organization.posts() == []
