"""Alt texts on the pages: a field for each photo, which needs no script."""

import re
from typing import Any

import pytest

from tests.integration.api.posts.test_alt_texts import PHOTOS, published, stored
from tests.integration.live_server import OrganizationClient
from tests.integration.ui.browser_client import (
    HTML,
    SCRIPT,
    BrowserClient,
    find_all,
    open_signed_in_browser,
)
from tests.integration.ui.test_compose_page import form, send
from tests.integration.ui.test_post_page import panel
from tests.sample_files import JPEG

TYPED = {
    "postType": "photo", "caption": "Fresh", "platforms": "facebook", "publishMode": "draft",
    "scheduledAt": "2030-05-01T15:00", "links": "\n".join(PHOTOS[:2]),
}  # fmt: skip


def texts_on(page: str) -> list[str]:
    """What the fields of the alt texts hold, without the empty ones at the end."""
    found = re.findall(r'name="altText\d+"[^>]*>\n([^<]*)</textarea>', page)
    while found and not found[-1]:
        found.pop()
    return found


def test_the_form_has_a_field_for_each_photo(any_organization: OrganizationClient) -> None:
    """20 of them, as many as a post can have photos; the texts go to the photos in the order that
    the form names: uploaded files, then links."""
    with open_signed_in_browser(any_organization) as browser:
        page = browser.read("/compose", **HTML)
        assert re.findall(r'name="altText(\d+)"', page) == [str(n) for n in range(1, 21)]
        typed = {
            **form(browser),
            **TYPED,
            "altText1": "A cup",
            "altText2": "",
            "altText3": "A loaf",
        }
        answer = send(browser, typed, ("cup.jpg", JPEG, "image/jpeg"))
        assert answer.status_code == 303
        (post,) = any_organization.posts()
        assert stored(any_organization, post["id"]) == ["A cup", None, "A loaf"]
        page = panel(browser, post["id"])
        assert re.search(r"Alt text 2:</span> A loaf", page)


def test_a_refused_alt_text_stays_in_its_field(organization: OrganizationClient) -> None:
    """With the sentence beside it, in an open section, and a link to it above the form."""
    with open_signed_in_browser(organization) as browser:
        typed = {**form(browser), **TYPED, "altText1": "A cup", "altText2": "x" * 2001}
        answer = send(browser, typed)
        assert answer.status_code == 400
        assert texts_on(answer.text) == ["A cup", "x" * 2001]
        error = find_all(r'id="problem-altText2">([^<]+)<', answer.text)
        assert "at most 2000 characters" in error
        assert 'href="#pub-altText-2">Alt text of photo 2: must have' in answer.text
        assert " open><summary>Alt texts" in answer.text
        three = send(browser, {**form(browser), **TYPED, "altText3": "A third"})
        assert "has 3 texts, but the post has 2 photos" in three.text
    assert organization.posts() == []


def submit(
    browser: BrowserClient, page: str, path: str, headers: dict[str, str], **fields: str
) -> Any:  # noqa: ANN401
    """The answer to a form of a post's panel."""
    csrf = find_all(r'name="csrf" value="([^"]+)"', page)
    data = {"csrf": csrf, "form": "alts", **fields}
    return browser.http.post(path, data=data, headers={"Origin": browser.origin, **headers})


@pytest.mark.parametrize("headers", [SCRIPT, HTML], ids=["script", "no script"])
def test_the_panel_changes_the_alt_texts(
    organization: OrganizationClient, headers: dict[str, str]
) -> None:
    """A field for each photo of the post, filled in; cleared fields remove the texts. A post
    without photos has no such form."""
    post_id = published(organization, altTexts=["", "A loaf"])
    text_post = organization.publish(publishMode="draft", scheduledAt="2030-05-01T15:00:00Z")
    with open_signed_in_browser(organization) as browser:
        page = panel(browser, post_id, "alts")
        assert texts_on(page) == ["", "A loaf"]
        assert len(re.findall(r'id="act-alt-\d"', page)) == 3
        path = f"/posts/{post_id}/edit"
        long = submit(
            browser, page, path, headers, altText1="A cup", altText2="", altText3="x" * 2001
        )
        assert long.status_code == 400
        assert texts_on(long.text) == ["A cup", "", "x" * 2001]
        assert "at most 2000" in find_all(r'id="act-alt-3-problem">([^<]+)<', long.text)
        for texts in (["A cup", "", "A board"], ["", "", ""]):
            fields = {f"altText{number}": text for number, text in enumerate(texts, 1)}
            answer = submit(browser, page, path, headers, **fields)
            assert answer.status_code == (200 if headers is SCRIPT else 303)
            assert stored(organization, post_id) == [text or None for text in texts]
        assert "altText1" not in panel(browser, text_post["socialPost"]["id"], "alts")
