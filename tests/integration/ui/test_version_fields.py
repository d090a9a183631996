"""Versions on the pages: a section for each network, which needs no script."""

import re

from tests.integration.live_server import OrganizationClient
from tests.integration.ui.browser_client import HTML, find_all, open_signed_in_browser
from tests.integration.ui.test_compose_page import form, send
from tests.integration.ui.test_post_page import panel
from tests.sample_files import JPEG

LONG = "a" * 300
TYPED = {
    "postType": "photo", "caption": LONG, "platforms": ["facebook", "x", "linkedin"],
    "publishMode": "draft", "scheduledAt": "2030-05-01T15:00", "title": "News",
    "links": "https://cdn.example.com/2.jpg\nhttps://cdn.example.com/3.jpg",
    "version:x:caption": "For X", "version:x:media": "3, 1", "version:x:altTexts": "A loaf\n\n",
    "version:linkedin:media": "0",
}  # fmt: skip


def test_each_network_has_its_version(any_organization: OrganizationClient) -> None:
    """What was typed into its section; files are counted from 1, uploaded ones first. The post's
    page shows each version, and the fields that were left empty say nothing."""
    with open_signed_in_browser(any_organization) as browser:
        typed = {**form(browser), **TYPED, "version:facebook:caption": " "}
        assert send(browser, typed, ("1.jpg", JPEG, "image/jpeg")).status_code == 303
        (post,) = any_organization.posts()
        assert (post["caption"], post["title"]) == (LONG, "News")
        assert post["versions"] == {
            "x": {"caption": "For X", "media": [2, 0], "altTexts": ["A loaf"]},
            "linkedin": {"media": []},
        }
        page = panel(browser, post["id"])
    assert "title is not sent: posts have no title of their own on facebook, x, linkedin" in page
    assert {"LinkedIn", "X"} < {*re.findall(r"<h3>([^<]+)</h3>", page)}
    assert 'class="caption" dir="auto" data-editable="words">For X</p>' in page
    assert "Alt text: A loaf" in page


def test_what_is_wrong_in_a_version_stands_at_its_field(organization: OrganizationClient) -> None:
    """In an open section, with a link from the summary; the others stay closed, and what was typed
    stays."""
    wrong = {
        "version:x:caption": LONG, "version:x:media": "4", "version:x:altTexts": "A\nB\nC",
        "version:threads:caption": "For Threads",
    }  # fmt: skip
    with open_signed_in_browser(organization) as browser:
        page = send(browser, {**form(browser), **TYPED, **wrong}).text
    sentences = {
        "x:caption": "at most 280",
        "x:media": "0 for none; the post has 2 files",
        "x:altTexts": "has 3 texts, but the post has 2 photos",
        "threads:caption": "this post does not go to threads",
    }
    for name, sentence in sentences.items():
        assert sentence in find_all(rf'id="problem-version:{name}">([^<]+)<', page)
        link = f'href="#pub-{name.replace(":", "-")}"'
        assert link in page
    opened = re.findall(r'data-network="(\w+)" open', page)
    assert opened == ["linkedin", "threads", "x"]
    assert f"{LONG}</textarea>" in page
    assert organization.posts() == []


def test_the_form_has_a_section_for_each_network(organization: OrganizationClient) -> None:
    """All closed but the one for all networks, which has the caption and the title."""
    with open_signed_in_browser(organization) as browser:
        page = browser.read("/compose", **HTML)
    sections = re.findall(r"<details( data-network=\"\w+\")?( open)?><summary>([\w ]+)<", page)
    assert ("", " open", "All") in sections
    assert {name for network, is_open, name in sections if network and not is_open} > {
        "Mastodon", "X", "Bluesky",
    }  # fmt: skip
