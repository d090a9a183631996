"""Texts below a post on the pages: fields that need no script, and what the post's page shows."""

import re

from tests.integration.account_factories import connect_bluesky
from tests.integration.live_server import OrganizationClient
from tests.integration.ui.browser_client import open_signed_in_browser
from tests.integration.ui.test_compose_page import form, send
from tests.integration.ui.test_post_page import panel

LINKS = ["https://cdn.example.com/1.jpg", "https://cdn.example.com/2.jpg"]
TYPED = {
    "postType": "text", "caption": "Fresh", "platforms": "bluesky", "publishMode": "draft",
    "scheduledAt": "2030-05-01T15:00", "threadText1": "second", "threadLinks1": "\n".join(LINKS),
    "threadText2": "third",
}  # fmt: skip


def test_texts_below_are_published_and_shown(organization: OrganizationClient) -> None:
    """Each with its photos, below the caption; empty fields at the end are no texts."""
    connect_bluesky(organization.api.database, organization.id)
    with open_signed_in_browser(organization) as browser:
        answer = send(browser, {**form(browser), **TYPED, "threadText3": " \n"})
        assert answer.status_code == 303, answer.text
        (post,) = organization.posts()
        assert post["thread"] == [{"text": "second", "photoUrls": LINKS}, {"text": "third"}]
        page = panel(browser, post["id"])
    texts = re.findall(r'<p class="caption" dir="auto"[^>]*>([^<]*)</p>', page)
    assert texts == ["Fresh", "second", "third"]
    assert all(f'href="{each}"' in page for each in LINKS)


def test_a_refused_text_stays_in_its_field(organization: OrganizationClient) -> None:
    """With the sentence beside it, in an open section, and a link to it above the form; the text
    after an empty one keeps its place."""
    connect_bluesky(organization.api.database, organization.id)
    with open_signed_in_browser(organization) as browser:
        gap = {"threadText1": "", "threadLinks1": "", "threadText2": "x" * 301}
        answer = send(browser, {**form(browser), **TYPED, **gap, "threadLinks2": "nowhere"})
    assert answer.status_code == 400
    assert 'href="#pub-threadText1">Text 1 below: must not be empty' in answer.text
    assert 'id="problem-threadText2">bluesky takes at most 300 characters' in answer.text
    assert 'id="problem-threadLinks2">' in answer.text
    assert f">\n{'x' * 301}</textarea>" in answer.text
    assert '<details class="thread" open><summary>Texts below the post' in answer.text
    assert organization.posts() == []
