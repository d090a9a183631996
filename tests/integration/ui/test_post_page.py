"""A post's panel: what it shows, and that its forms do exactly what the API does."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from models.statuses import NEEDS_ATTENTION, PostStatus
from services.posts.allowed_actions import PostAction
from tests.integration.api.posts.test_approval import history, put
from tests.integration.api.posts.test_move_post import EXPLICIT, MONDAY, mondays, set_deliveries
from tests.integration.live_server import OrganizationClient, run_api
from tests.integration.ui.browser_client import (
    HTML,
    SCRIPT,
    BrowserClient,
    find_all,
    open_signed_in_browser,
    page_of,
)
from ui.post.post_page import FORMS
from ui.sign_in import csrf

CHANGE = {PostAction.EDIT, PostAction.MOVE, PostAction.REMOVE}
# The actions that the panel offers in each status.
POSSIBLE = {
    PostStatus.DRAFT: CHANGE,
    PostStatus.PENDING_APPROVAL: {
        PostAction.APPROVE,
        PostAction.REQUEST_CHANGES,
        PostAction.REJECT,
        PostAction.EDIT,
        PostAction.REMOVE,
    },
    PostStatus.CHANGES_REQUESTED: {PostAction.SUBMIT, PostAction.EDIT, PostAction.REMOVE},
    PostStatus.REJECTED: set(),
    PostStatus.BACKLOG: CHANGE,
    PostStatus.SCHEDULED: CHANGE,
    PostStatus.PUBLISHING: {PostAction.REMOVE},
    PostStatus.PUBLISHED: set(),
    PostStatus.PARTIAL: {PostAction.EDIT, PostAction.RETRY, PostAction.ACKNOWLEDGE},
    PostStatus.FAILED: {*CHANGE, PostAction.RETRY, PostAction.ACKNOWLEDGE},
    PostStatus.MISSED: {*CHANGE, PostAction.RELEASE, PostAction.ACKNOWLEDGE},
    PostStatus.UNKNOWN: {PostAction.RETRY, PostAction.REMOVE, PostAction.ACKNOWLEDGE},
    PostStatus.CANCELLING: set(),
    PostStatus.CANCELLED: set(),
}
# The API accepts these too, but the panel does not offer them.
PASSED_OVER = {
    (PostStatus.MISSED, PostAction.RETRY),
    (PostStatus.CANCELLED, PostAction.REMOVE),
    (PostStatus.CANCELLING, PostAction.REMOVE),
}
EVIL = "<script>alert('x')</script> & \"'<b>"


def typed(act: PostAction) -> dict[str, str]:
    """The values that a visitor types into the form of an action."""
    values = {
        PostAction.EDIT: {"caption": "Better"},
        PostAction.MOVE: {"slot": mondays(3)[2]},
        PostAction.REQUEST_CHANGES: {"comment": "Shorter"},
    }
    return values.get(act, {})


def made(organization: OrganizationClient, status: PostStatus = PostStatus.SCHEDULED) -> str:
    """The id of a new post, set to a status directly in the database."""
    post_id = str(organization.publish(**EXPLICIT)["socialPost"]["id"])
    put(organization, post_id, status=status)
    return post_id


def panel(browser: BrowserClient, post_id: str, edit: str = "") -> str:
    """The page of a post, with a form open."""
    return browser.read(f"/posts/{post_id}?edit={edit}" if edit else f"/posts/{post_id}", **HTML)


def offered(page: str, post_id: str) -> set[str]:
    """The actions that a page has forms for, or links that open one."""
    opened = re.findall(rf'href="/posts/{post_id}\?edit=([a-z-]+)"', page)
    if f'href="/compose/{post_id}"' in page:
        opened.append(PostAction.EDIT)
    sent = re.findall(rf'action="/posts/{post_id}/([a-z-]+)"', page)
    return {*sent, *(FORMS.get(each, each) for each in opened)}


@pytest.mark.parametrize("status", list(PostStatus))
def test_a_panel_offers_what_the_status_allows(
    organization: OrganizationClient, status: str
) -> None:
    """Those forms and no others; each of them works without a script, and what is not offered is
    refused in words and changes nothing."""
    organization.put_settings(queueSlots=[MONDAY], maxPostsPerSlot=9)
    status = PostStatus(status)
    with open_signed_in_browser(organization) as browser:
        still = made(organization, status)
        page = panel(browser, still)
        assert offered(page, still) == {*POSSIBLE[status], "duplicate"}
        csrf = find_all(r'name="csrf" value="([^"]+)"', page)
        headers = {"Origin": browser.origin, **HTML}
        for act in (each for each in PostAction if (status, each) not in PASSED_OVER):
            post_id = made(organization, status) if act in POSSIBLE[status] else still
            data = {"csrf": csrf, **typed(act)}
            answer = browser.http.post(f"/posts/{post_id}/{act}", data=data, headers=headers)
            if act in POSSIBLE[status]:
                assert answer.status_code == 303, answer.text
                assert f"/posts/{post_id}?done={act}" == page_of(answer.headers["location"])
            else:
                assert answer.status_code == 409, answer.text
                assert 'role="alert"' in answer.text
    assert not {step for step, _, _ in history(organization, still)} & set(PostAction)


def test_a_panel_shows_everything_about_a_post(any_organization: OrganizationClient) -> None:
    """Status, reason, slot by the organization's clock, deliveries with their links, and every
    attempt; and what anybody wrote is text, never markup."""
    any_organization.put_settings(queueSlots=[MONDAY], defaultTimezone="Asia/Tokyo")
    post_id = str(any_organization.publish(caption=EVIL)["socialPost"]["id"])
    link = "https://x.example.com/1"
    set_deliveries(any_organization, post_id, status="published", link=link, error=EVIL)
    put(any_organization, post_id, status="partial", reason=EVIL)
    with open_signed_in_browser(any_organization) as browser:
        page = panel(browser, post_id)
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page
    assert ", 10:00</time>" in page
    assert "partial" in page
    assert f'href="{link}"' in page
    assert "added it to the queue" in find_all(r'<ol class="story">(.*?)</ol>', page)
    told = re.findall(r"<strong>(\w+)</strong>: (\w+)", find_all(r"<details(.*)</details>", page))
    assert told == [(step, outcome) for step, outcome, _ in history(any_organization, post_id)]


@pytest.mark.parametrize("status", NEEDS_ATTENTION)
def test_a_post_that_is_left_as_it_is_needs_no_attention(
    any_organization: OrganizationClient, status: PostStatus
) -> None:
    """It leaves the list and the banner, says who left it and when, and comes back if it is
    retried and fails again."""
    post_id = made(any_organization, status)
    with open_signed_in_browser(any_organization) as browser:
        assert "1 post needs attention" in browser.read("/", **HTML)
        form = {"csrf": find_all(r'name="csrf" value="([^"]+)"', panel(browser, post_id))}
        headers = {"Origin": browser.origin, **HTML}
        path = f"/posts/{post_id}/acknowledge"
        answer = browser.http.post(path, data={**form, "by": "Dana"}, headers=headers)
        assert answer.status_code == 303
        page = panel(browser, post_id)
        assert "Left as it is by Dana, " in page
        assert PostAction.ACKNOWLEDGE not in offered(page, post_id)
        assert "attention" not in browser.read("/", **HTML)
        second = browser.http.post(path, data={**form, "by": "Someone else"}, headers=headers)
        assert second.status_code == 303
        assert "by Dana" in panel(browser, post_id)
        put(any_organization, post_id, acknowledged_at=None)
        assert "1 post needs attention" in browser.read("/", **HTML)


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x"])
def test_only_links_to_the_web_are_links(organization: OrganizationClient, address: str) -> None:
    """A provider's answer cannot bring a script into the page."""
    post_id = made(organization)
    set_deliveries(organization, post_id, link=address)
    with open_signed_in_browser(organization) as browser:
        assert address not in panel(browser, post_id)


def test_what_was_typed_is_kept_where_it_is_refused(any_organization: OrganizationClient) -> None:
    """A wrong time, and a slot that somebody took meanwhile: the sentence stands at its field,
    which holds what was typed."""
    any_organization.put_settings(queueSlots=[MONDAY])
    first, second = mondays(2)
    post_id = str(any_organization.publish()["socialPost"]["id"])
    with open_signed_in_browser(any_organization) as browser:
        past = {"mode": "schedule", "scheduledAt": "2020-01-01T10:00", "form": "move"}
        answer = browser.send(f"/posts/{post_id}/edit", **past)
        assert answer.status_code == 400
        field = find_all(r'(<input id="act-at".*?>)', answer.text)
        assert 'value="2020-01-01T10:00"' in field
        assert 'aria-invalid="true"' in field
        assert "act-at-problem" in field
        assert "must lie in the future" in find_all(r'id="act-at-problem">(.*?)<', answer.text)
        any_organization.publish()
        answer = browser.send(f"/posts/{post_id}/move", slot=second)
        assert answer.status_code == 409
        assert "every seat of that slot is taken" in answer.text
    assert any_organization.get(f"/posts/{post_id}")["post"]["scheduledFor"] == first


def test_the_next_page_says_what_was_done(organization: OrganizationClient) -> None:
    """In a status line; an unknown `done` parameter shows nothing."""
    post_id = made(organization)
    with open_signed_in_browser(organization) as browser:
        answer = browser.send(f"/posts/{post_id}/remove")
        assert "Removed." in browser.read(answer.headers["location"], **HTML)
        assert "data-result" not in browser.read(f"/posts/{post_id}?done=%3Cb%3E", **HTML)


def test_a_caption_that_came_too_late_is_not_lost(organization: OrganizationClient) -> None:
    """The form is gone, but the page shows what was typed, to be copied."""
    post_id = made(organization, PostStatus.PUBLISHED)
    with open_signed_in_browser(organization) as browser:
        answer = browser.send(f"/posts/{post_id}/edit", caption="Hours\r\nof work")
    assert answer.status_code == 409
    assert "Hours\nof work" in answer.text


def test_two_people_who_edit_see_both_texts(organization: OrganizationClient) -> None:
    """The second one is refused, with hers and the post's text; saved again, hers replaces it."""
    post_id = made(organization)
    with open_signed_in_browser(organization) as browser:
        page = panel(browser, post_id, "caption")
        read = find_all(r'name="version" value="(\d+)"', page).splitlines()[0]
        path = f"/posts/{post_id}/edit"
        assert browser.send(path, caption="His words", version=read).status_code == 303
        refused = browser.send(path, caption="Her words", version=read, form="caption")
        assert refused.status_code == 409
        assert all(words in refused.text for words in ("Her words", "His words", "Both texts"))
        new = find_all(r'name="version" value="(\d+)"', refused.text).splitlines()[0]
        assert browser.send(path, caption="Her words", version=new).status_code == 303
    assert organization.get(f"/posts/{post_id}")["post"]["caption"] == "Her words"


def test_a_post_is_copied(organization: OrganizationClient) -> None:
    """The copy is a draft for the same networks, and the next page."""
    post_id = made(organization)
    with open_signed_in_browser(organization) as browser:
        answer = browser.send(f"/posts/{post_id}/duplicate")
        assert answer.status_code == 303
        copy = page_of(answer.headers["location"]).removeprefix("/posts/").partition("?")[0]
        assert "This is the copy" in browser.read(answer.headers["location"])
    posts = {each["id"]: each for each in organization.posts()}
    assert posts[post_id]["platforms"] == posts[copy]["platforms"]
    assert posts[copy]["status"] == "draft"


def test_title_and_caption_are_changed_together(organization: OrganizationClient) -> None:
    """Each alone, both, and an empty title removes it; the old address leads to the post."""
    post_id = str(organization.publish(**EXPLICIT, platforms=["facebook"])["socialPost"]["id"])
    with open_signed_in_browser(organization) as browser:
        path = f"/posts/{post_id}/edit"
        for title, caption in (("One", "Hello"), ("One", "Words"), ("Two", "More"), ("", "More")):
            sent = browser.send(path, title=title, caption=caption, form="caption")
            assert sent.status_code == 303, sent.text
            post = organization.get(f"/posts/{post_id}")["post"]
            assert (post["title"] or "", post["caption"]) == (title, caption)
        answer = browser.http.get(f"/panel/posts/{post_id}?done=edit", headers=HTML)
        assert page_of(answer.headers["location"]) == f"/posts/{post_id}?done=edit"


def test_a_caption_of_several_lines_is_saved_as_it_was_typed(
    organization: OrganizationClient,
) -> None:
    """Without the carriage returns of forms, which would count as characters."""
    post_id = made(organization)
    with open_signed_in_browser(organization) as browser:
        assert browser.send(f"/posts/{post_id}/edit", caption="One\r\n two").status_code == 303
    assert organization.get(f"/posts/{post_id}")["post"]["caption"] == "One\n two"


def test_a_draft_is_published_into_the_next_slot(organization: OrganizationClient) -> None:
    """By one button that names the slot."""
    organization.put_settings(queueSlots=[MONDAY])
    post_id = made(organization, PostStatus.DRAFT)
    with open_signed_in_browser(organization) as browser:
        page = panel(browser, post_id)
        slot = find_all(r'type="hidden" name="slot" value="([^"]+)"', page)
        assert browser.send(f"/posts/{post_id}/move", slot=slot).status_code == 303
    assert organization.get(f"/posts/{post_id}")["post"]["scheduledFor"] == mondays(1)[0]


def test_what_cannot_be_stopped_any_more_says_why(organization: OrganizationClient) -> None:
    """Within CANCEL_CUTOFF the forms are gone, and a sentence stands in their place."""
    post_id = made(organization)
    set_deliveries(organization, post_id, status="scheduled")
    put(organization, post_id, scheduled_for=datetime.now(UTC) + timedelta(seconds=20))
    with open_signed_in_browser(organization) as browser:
        page = panel(browser, post_id)
    assert offered(page, post_id) == {"duplicate"}
    assert "goes out within 30 s" in page


def test_the_script_gets_parts_and_polls_for_changes(any_organization: OrganizationClient) -> None:
    """A part without a frame; 304 until something changes; a form is answered with the post."""
    post_id = made(any_organization)
    address = f"/posts/{post_id}"
    with open_signed_in_browser(any_organization) as browser:
        part = browser.http.get(address, headers=SCRIPT)
        assert "<!doctype" not in part.text
        tag = f'"{find_all(r"data-tag=.([0-9a-f]+)", part.text)}"'
        assert part.headers["etag"] == tag
        poll = {**SCRIPT, "X-Poll": "1", "If-None-Match": tag}
        assert browser.http.get(address, headers=poll).status_code == 304
        sent = {**SCRIPT, "Origin": browser.origin, "X-CSRF-Token": browser.csrf()}
        data = {"caption": "Other words"}
        answer = browser.http.post(f"/posts/{post_id}/edit", data=data, headers=sent)
        assert answer.status_code == 200
        assert "data-result>Saved.</p>" in answer.text
        assert browser.http.get(address, headers=poll).status_code == 200


def test_anothers_post_is_not_there(any_organization: OrganizationClient) -> None:
    """404 as a page, for the panel and for every action; the post does not change."""
    other = any_organization.api.create_organization("Zanzibar Ltd")
    post_id = str(other.publish(caption="Zanzibar", **EXPLICIT)["socialPost"]["id"])
    before = other.get(f"/posts/{post_id}")
    any_organization.put_settings(queueSlots=[MONDAY])
    with open_signed_in_browser(any_organization) as browser:
        csrf = browser.csrf()
        headers = {"Origin": browser.origin, **HTML}
        answers = [browser.http.get(f"/posts/{post_id}", headers=HTML)]
        for act in PostAction:
            data = {"csrf": csrf, **typed(act)}
            path = f"/posts/{post_id}/{act}"
            answers.append(browser.http.post(path, data=data, headers=headers))
    for answer in answers:
        assert answer.status_code == 404
        assert "There is no such" in answer.text
        assert "Zanzibar" not in answer.text
    assert other.get(f"/posts/{post_id}") == before


@pytest.mark.parametrize("path", ["/posts/{id}/remove", "/rules/pause", "/rules/add", "/compose"])
def test_a_forged_form_changes_nothing(organization: OrganizationClient, path: str) -> None:
    """Neither from another site nor without the session's token."""
    post_id = made(organization)
    path = path.replace("{id}", post_id)
    with open_signed_in_browser(organization) as browser:
        for headers, token, why in (
            ({"Origin": "https://example.org"}, browser.csrf(), csrf.CROSS_ORIGIN),
            ({"Origin": browser.origin}, "0" * 32, csrf.STALE_FORM),
        ):
            parts = {"csrf": (None, token), "caption": (None, "Mine")}
            body = {"files": parts} if path == "/compose" else {"data": {"csrf": token}}
            answer = browser.http.post(path, headers=headers, **body)
            assert (answer.status_code, answer.json()["message"]) == (403, why)
    assert organization.get(f"/posts/{post_id}")["post"]["status"] == "scheduled"
    assert len(organization.posts()) == 1
    assert "isPaused" not in organization.get("/settings")


def test_nothing_is_started_while_posting_is_switched_off(organization: OrganizationClient) -> None:
    """Removing is offered, and all else refused with a sentence; the queue may be paused."""
    organization.put_settings(queueSlots=[MONDAY])
    post_id = made(organization)
    organization.put_settings(isEnabled=False)
    with open_signed_in_browser(organization) as browser:
        assert offered(panel(browser, post_id), post_id) == {"remove"}
        for path in (f"/posts/{post_id}/edit", "/rules/resume"):
            answer = browser.send(path, caption="No")
            assert answer.status_code == 403
            assert "Social posting is switched off" in answer.text
        assert browser.send("/rules/pause").status_code == 303
        assert browser.send(f"/posts/{post_id}/remove").status_code == 303


def test_too_many_changes_are_told_to_wait(tmp_path: Path) -> None:
    """A page with 429 and Retry-After."""
    with run_api(f"sqlite:///{tmp_path}/rates.db", rate_limit=2) as api:
        organization = api.create_organization()
        with open_signed_in_browser(organization) as browser:
            answers = [browser.send("/rules/pause") for _ in range(3)]
    assert [each.status_code for each in answers] == [303, 303, 429]
    assert "Too many requests" in answers[2].text
    assert "retry-after" in answers[2].headers
