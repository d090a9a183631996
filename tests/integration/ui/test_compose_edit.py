"""The composer changes posts and copies them; what is not touched stays as it is."""

from typing import Any

import httpx

from tests.integration.account_factories import add_own_connection, connect_bluesky, sync_accounts
from tests.integration.api.posts.test_approval import history
from tests.integration.api.posts.test_move_post import MONDAY, mondays
from tests.integration.live_server import Json, OrganizationClient
from tests.integration.ui.browser_client import (
    HTML,
    SCRIPT,
    BrowserClient,
    find_all,
    open_signed_in_browser,
    page_of,
)
from tests.integration.ui.form_fields import fields_of
from tests.integration.ui.test_compose_page import send
from tests.sample_files import JPEG

SECRET = "https://cdn.example.com/2.jpg?Signature=abc"
LINKS = ["https://cdn.example.com/1.jpg", SECRET, "https://cdn.example.com/3.jpg"]
WHOLE: dict[str, Any] = {
    "postType": "photo", "caption": "Fresh at 8", "platforms": ["bluesky", "x"], "title": "News",
    "photoUrls": LINKS, "altTexts": ["A cup", "", "A loaf"], "publishMode": "draft",
    "platformFields": {"blueskyLanguages": "en"},
    "versions": {
        "x": {"caption": "For X", "media": [2, 0], "altTexts": ["A loaf", "A cup"]},
        "bluesky": {"platformFields": {"blueskyLanguages": "pt"}},
    },
}  # fmt: skip
THREAD = [{"text": "second", "photoUrls": LINKS[:2], "altTexts": ["", "A bag"]}, {"text": "third"}]


def open_editor(browser: BrowserClient, post_id: str) -> dict[str, Any]:
    """The fields of the form that edits a post, as a browser would send them."""
    return fields_of(browser.read(f"/compose/{post_id}", **HTML))


def stored(organization: OrganizationClient, post_id: str) -> Json:
    """What the API says of a post, without what a change always changes."""
    post = organization.get(f"/posts/{post_id}")["post"]
    return {name: each for name, each in post.items() if name not in ("history", "version")}


def test_a_form_that_nobody_has_touched_changes_nothing(organization: OrganizationClient) -> None:
    """Text, files, alt texts, versions with fields of their own, options, thread: all come back as
    they are, and links that are secrets are not in the page's fields."""
    connect_bluesky(organization.api.database, organization.id)
    body = {
        **WHOLE,
        "platforms": ["bluesky"],
        "versions": {"bluesky": WHOLE["versions"]["bluesky"]},
    }
    for fields in (WHOLE, {**body, "thread": THREAD}):
        post_id = organization.publish(**fields)["socialPost"]["id"]
        before = stored(organization, post_id)
        with open_signed_in_browser(organization) as browser:
            form = open_editor(browser, post_id)
            assert not any("Signature" in str(each) for each in form.values())
            answer = send(browser, form)
        assert page_of(answer.headers["location"]) == f"/?post={post_id}&done=edit", answer.text
        assert stored(organization, post_id) == before
        assert [step for step, _, _ in history(organization, post_id)] == ["accept"]


def test_several_changes_are_made_at_once(any_organization: OrganizationClient) -> None:
    """A new caption, the title cleared, one file less, another order, a network gone, and a slot:
    one form; the alt texts go with their photos."""
    any_organization.put_settings(queueSlots=[MONDAY])
    post_id = any_organization.publish(**WHOLE)["socialPost"]["id"]
    slot = mondays(3)[2]
    with open_signed_in_browser(any_organization) as browser:
        form = open_editor(browser, post_id)
        assert form["kept"] == ["post:1", "post:2", "post:3"]
        changed = {
            **form, "caption": "Fresh at 9", "title": "", "kept": ["post:3", "post:1"],
            "altText1": "A loaf", "altText2": "A cup", "altText3": "", "platforms": ["x"],
            "version:x:media": "2 1", "publishMode": "slot", "slot": slot,
        }  # fmt: skip
        answer = send(browser, changed, ("cup.jpg", JPEG, "image/jpeg"))
        assert page_of(answer.headers["location"]).startswith(f"/?date={slot[:10]}&post={post_id}")
    post = any_organization.get(f"/posts/{post_id}")["post"]
    assert (post["caption"], post["platforms"]) == ("Fresh at 9", ["x"])
    assert "title" not in post or not post["title"]
    assert post["altTexts"] == ["A loaf", "A cup", ""]
    assert post["versions"]["x"]["media"] == [1, 0]
    assert (post["status"], post["scheduledFor"]) == ("scheduled", slot)
    assert post["providerPlatforms"][0]["platform"] == "x"


def test_who_was_faster_is_shown_beside_what_was_typed(organization: OrganizationClient) -> None:
    """409 with both texts; the same form sent again, now that its writer has seen them, counts."""
    post_id = organization.publish(publishMode="draft", caption="First")["socialPost"]["id"]
    with open_signed_in_browser(organization) as browser:
        form = {**open_editor(browser, post_id), "caption": "Mine"}
        organization.call("POST", "/edit", json={"postId": post_id, "caption": "Theirs"})
        refused = send(browser, form)
        assert refused.status_code == 409
        both = find_all(r'aria-label="Both texts">(.*?)</section>', refused.text)
        assert "Mine</p>" in both
        assert "Theirs</p>" in both
        assert organization.get(f"/posts/{post_id}")["post"]["caption"] == "Theirs"
        assert send(browser, fields_of(refused.text)).status_code == 303
    assert organization.get(f"/posts/{post_id}")["post"]["caption"] == "Mine"


def test_a_copy_is_a_new_post_that_can_be_changed_first(organization: OrganizationClient) -> None:
    """With the files of the other, whatever became of that; an account that is gone is left out."""
    add_own_connection(organization)
    rows = sync_accounts(organization, ("x", "OK"), ("facebook", "OK"), ("facebook", "OK"))
    ids = [each.id for each in rows]
    fields = {**WHOLE, "platforms": ["x"], "accountIds": ids[1:], "versions": {}, "title": ""}
    post_id = organization.publish(**fields)["socialPost"]["id"]
    organization.call("POST", "/remove", json={"postId": post_id})
    sync_accounts(organization, ("x", "OK"), ("facebook", "OK"), ("facebook", "GONE"))
    with open_signed_in_browser(organization) as browser:
        form = fields_of(browser.read(f"/compose?copy={post_id}", **HTML))
        assert "Signature" not in str(form)
        sent = {**form, "caption": "Once more", "publishMode": "draft"}
        assert send(browser, sent).status_code == 303
        assert browser.http.get("/compose/" + "0" * 32, headers=HTML).status_code == 404
        gone = browser.http.get(f"/compose/{post_id}", headers=HTML)
        assert gone.status_code == 409
    copy = next(each for each in organization.posts() if each["id"] != post_id)
    assert (copy["caption"], copy["altTexts"]) == ("Once more", WHOLE["altTexts"])
    assert {each["platform"] for each in copy["providerPlatforms"]} == {"x", "facebook"}


def part(browser: BrowserClient, path: str, fields: dict[str, Any], **files: Any) -> httpx.Response:  # noqa: ANN401
    """The answer to a request of the composer's script."""
    headers = {**SCRIPT, "Origin": browser.origin, "X-CSRF-Token": fields["csrf"]}
    if files:
        return browser.http.post(path, headers=headers, data={"csrf": fields["csrf"]}, files=files)
    return browser.http.post(path, headers=headers, data=fields)


def test_a_check_says_what_publish_would_say(any_organization: OrganizationClient) -> None:
    """Lengths as each network counts, of the version's text where there is one; what is wrong by
    field, which options will be sent, and a preview for each network. Nothing is accepted."""
    with open_signed_in_browser(any_organization) as browser:
        form = fields_of(browser.read("/compose", **HTML))
        typed = {
            **form, "caption": "Rye https://example.com/a/long/path/that/counts/less 🥖",
            "platforms": ["x", "linkedin", "tiktok"], "version:linkedin:caption": "y" * 3001,
            "option:tiktokAllowDuet": "perhaps", "links": "https://a.example/1.mp4",
        }  # fmt: skip
        said = part(browser, "/compose/check", typed).text
        assert "X: </span>30<" in said
        assert "LinkedIn: </span>3,001<" in said
        assert '"option:tiktokAllowDuet": ["must be' in said
        assert '"version:linkedin:caption": ["linkedin takes at most 3000 characters' in said
        assert "tiktokAllowDuet" in find_all('data-carried="([^"]*)"', said).split()
        assert 'class="preview-link">https://example.com/a/long' in said
        assert said.count('<article class="preview"') == 3
        long = part(browser, "/compose/check", {**typed, "caption": "z" * 65_537})
        assert "data-part" not in long.text
        assert "caption" in find_all("data-problems='([^']*)'", long.text)
    assert any_organization.posts() == []


def test_a_file_is_kept_before_the_form_is_sent(organization: OrganizationClient) -> None:
    """It is shown as the form has it; a refused one says why. What was typed comes back with it."""
    with open_signed_in_browser(organization) as browser:
        form = fields_of(browser.read("/compose", **HTML))
        answer = part(browser, "/compose/files", form, files=("a.jpg", JPEG, "image/jpeg"))
        kept = find_all('name="kept" value="([0-9a-f]{32})"', answer.text)
        assert f"/media/{kept}" in answer.text
        refused = part(browser, "/compose/files", form, files=("a.txt", b"words", "text/plain"))
        assert (refused.status_code, "a.txt is text" in refused.text) == (400, True)
        typed = {**form, "caption": "Half a thought", "kept": kept, "altText1": "A cup"}
        again = part(browser, "/compose/form", typed)
        found = fields_of(again.text)
        assert (found["caption"], found["kept"], found["altText1"]) == (
            "Half a thought", [kept], "A cup",
        )  # fmt: skip
        assert "<!doctype" not in again.text.lower()


def test_a_slot_or_a_time_of_the_calendar_is_chosen(organization: OrganizationClient) -> None:
    """`slot` and `at` in the address; the post goes there, and a slot that is gone by then is
    refused with the next free one."""
    organization.put_settings(queueSlots=[MONDAY], defaultPlatforms=["x"])
    first, second = mondays(2)
    with open_signed_in_browser(organization) as browser:
        form = fields_of(browser.read(f"/compose?slot={second}", **HTML))
        assert form["publishMode"] == "slot"
        assert send(browser, {**form, "caption": "Fresh"}).status_code == 303
        full = send(browser, {**form, "caption": "Too late"})
        assert full.status_code == 409
        assert f"the next free one: {first}" in full.text
        timed = fields_of(browser.read("/compose?at=2031-12-24T18:00", **HTML))
        assert (timed["publishMode"], timed["scheduledAt"]) == ("schedule", "2031-12-24T18:00")
        nothing = send(browser, {**form, "caption": "No slot", "slot": ""})
        assert "choose one, or" in find_all('id="problem-slot">(.*?)</p>', nothing.text)
    assert [each["scheduledFor"] for each in organization.posts()] == [second]


def test_a_post_of_somebody_else_is_not_there(organization: OrganizationClient) -> None:
    """Neither to edit nor to copy, nor are its files; a form with its id changes nothing."""
    other = organization.api.create_organization()
    theirs = other.publish(**WHOLE)["socialPost"]["id"]
    with open_signed_in_browser(organization) as browser:
        form = fields_of(browser.read("/compose", **HTML))
        for address in (f"/compose/{theirs}", f"/compose?copy={theirs}"):
            assert browser.http.get(address, headers=HTML).status_code == 404
        asked = {**form, "post": theirs, "caption": "Mine", "kept": "post:1", "platforms": "x"}
        assert send(browser, asked).status_code == 404
        for path in ("/compose/check", "/compose/form"):
            said = part(browser, path, asked).text
            assert "cdn.example.com" not in said
            assert "1.jpg" not in said
    assert other.get(f"/posts/{theirs}")["post"]["caption"] == WHOLE["caption"]
