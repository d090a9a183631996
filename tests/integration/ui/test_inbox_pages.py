"""The inbox and the approvals: what they show, and that their forms do what the API does."""

from typing import Any

import httpx
import pytest

from tests.integration.api.posts.test_approval import MODES, history, put
from tests.integration.api.posts.test_move_post import MONDAY, mondays, set_deliveries
from tests.integration.live_server import OrganizationClient
from tests.integration.ui.browser_client import (
    HTML,
    SCRIPT,
    BrowserClient,
    PagePoller,
    find_all,
    open_signed_in_browser,
)

EVIL = "<script>alert('x')</script>"


def made(organization: OrganizationClient, caption: str, status: str, **columns: object) -> str:
    """The id of a post, set to a status directly in the database."""
    post = organization.publish(caption=caption, **MODES["schedule"])["socialPost"]
    put(organization, post["id"], status=status, **columns)
    post_id: str = post["id"]
    return post_id


def send(
    browser: BrowserClient, path: str, ids: list[str], action: str, **fields: str
) -> httpx.Response:
    """Submit a form of the inbox or of the approvals."""
    headers = {"Origin": browser.origin, **HTML}
    data = {"csrf": browser.csrf(), "ids": ids, "action": action, **fields}
    return browser.http.post(path, data=data, headers=headers)


def test_each_group_says_why_and_what_to_do(any_organization: OrganizationClient) -> None:
    """Failed and partial, unknown, missed, held by their account, waiting for approval, sent back:
    with the reason in words and the actions that the status allows. What was acknowledged, and what
    others need, is not there; what anybody wrote is text, never markup."""
    failed = made(any_organization, EVIL, "failed")
    set_deliveries(any_organization, failed, status="failed", error=f"too small {EVIL}")
    made(any_organization, "No delivery says why", "partial", reason="a worker died")
    unknown = made(any_organization, "Perhaps", "unknown")
    set_deliveries(any_organization, unknown, status="unknown", error="no answer")
    made(any_organization, "Too late", "missed")
    held = made(any_organization, "No account", "scheduled")
    set_deliveries(any_organization, held, is_held=True, error="sign in again at X")
    asked = {"review_state": "changes_requested", "review_comment": EVIL, "reviewed_by": "Dana"}
    made(any_organization, "Once more", "changes_requested", **asked)
    made(any_organization, "Yes or no", "pending_approval")
    made(any_organization, "All is well", "scheduled")
    other = any_organization.api.create_organization()
    made(other, "Not ours", "failed")
    with open_signed_in_browser(any_organization) as browser:
        page = browser.read("/inbox")
        assert "<script>alert" not in page
        assert "data-inbox-count>7</span>" in page
        for words in (
            "X: too small &lt;script&gt;", "a worker died",
            "It may have gone out on X. Look there before you decide.", "X: no answer",
            "it was too late for its slot", "X: sign in again at X",
            "<strong>Dana</strong> asked:", "Waiting for approval",
        ):  # fmt: skip
            assert words in page, words
        assert "All is well" not in page
        assert "Not ours" not in page
        assert "Yes or no" not in page  # it has a page of its own
        assert "Yes or no" in browser.read("/approvals")


def test_nothing_needs_anybody(organization: OrganizationClient) -> None:
    """Both pages say so, and the head counts nothing."""
    with open_signed_in_browser(organization) as browser:
        page = browser.read("/inbox")
        assert "Nothing needs you." in page
        assert "data-inbox-count hidden" in page
        assert "Nothing waits for approval." in browser.read("/approvals")


def test_an_action_is_done_for_each_chosen_post(any_organization: OrganizationClient) -> None:
    """What was done and what could not be done is said by post; posts of others and unknown ids are
    passed over; the page shows what is left."""
    first = made(any_organization, "First failure", "failed")
    second = made(any_organization, "Second failure", "failed")
    gone = made(any_organization, "Gone meanwhile", "scheduled")
    other = any_organization.api.create_organization()
    theirs = made(other, "Not ours", "failed")
    with open_signed_in_browser(any_organization) as browser:
        ids = [first, second, gone, theirs, "nobody"]
        page = send(browser, "/inbox", ids, "acknowledge").text
        assert "Left as it is: 2 posts." in page
        assert "Gone meanwhile</span>: a post that is scheduled needs no attention" in page
        assert "Not ours" not in page
        assert "Nothing needs you." in page
    assert "acknowledgedAt" in any_organization.get(f"/posts/{second}")["post"]
    assert "acknowledgedAt" not in other.get(f"/posts/{theirs}")["post"]


def test_posts_are_decided_together(any_organization: OrganizationClient) -> None:
    """Approved posts say what each got, which is what the page had planned; the others say why not.
    Changes need a comment, and what was typed is kept; rejected with a reason."""
    any_organization.put_settings(approveApiPosts=True, queueSlots=[MONDAY])
    ids = [
        any_organization.publish(caption=f"Post {each}", **MODES["next_slot"])["socialPost"]["id"]
        for each in range(4)
    ]
    (slot, later) = mondays(2)
    with open_signed_in_browser(any_organization) as browser:
        page = browser.read("/approvals")
        assert page.index(slot[:16]) < page.index(later[:16])
        assert "by <bdi>First key</bdi>" in page
        page = send(browser, "/approvals", ids[:2], "approve").text
        assert "Approved: 2 posts." in page
        assert slot[:16] in page
        assert (
            send(browser, "/approvals", ids[2:], "request_changes", comment=" ").status_code == 400
        )
        one = send(browser, "/approvals", [ids[2]], "reject", reason="x" * 2_001)
        assert one.status_code == 400
        assert "x" * 2_001 in one.text
        page = send(browser, "/approvals", [ids[2]], "request_changes", comment="Shorter").text
        assert "Sent back to the writer: " in page
        page = send(browser, "/approvals", ids[1:], "reject", reason="Not our tone").text
        assert "Rejected: " in page
        assert "a post that is scheduled cannot be rejected" in page
        assert "Nothing waits for approval." in page
    assert history(any_organization, ids[2])[-1][2] == "Shorter"
    post = any_organization.get(f"/posts/{ids[3]}")["post"]
    assert (post["status"], post["review"]["comment"]) == ("rejected", "Not our tone")


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"action": "acknowledge"}, "Choose the posts: one at least"),
        (
            {"action": "acknowledge", "ids": ["0" * 32] * 2 + [str(n) for n in range(200)]},
            "at most",
        ),
        ({"action": "dance", "ids": ["0" * 32]}, "Must be"),
        ({"ids": ["0" * 32]}, "Must be"),
    ],
)
def test_a_form_without_sense_is_refused_in_words(
    organization: OrganizationClient, fields: dict[str, Any], sentence: str
) -> None:
    """400 with the page, and nothing is changed."""
    with open_signed_in_browser(organization) as browser:
        headers = {"Origin": browser.origin, **HTML}
        data = {"csrf": browser.csrf(), **fields}
        answer = browser.http.post("/inbox", data=data, headers=headers)
        assert answer.status_code == 400
        assert sentence in answer.text


def test_switched_off_an_organization_can_only_stop_posts(organization: OrganizationClient) -> None:
    """Approve and retry are neither offered nor done; reject and leave as it is are."""
    failed = made(organization, "Failure", "failed")
    waiting = made(organization, "Waiting", "pending_approval")
    organization.put_settings(isEnabled=False)
    with open_signed_in_browser(organization) as browser:
        assert 'value="retry"' not in browser.read("/inbox")
        assert 'value="approve"' not in browser.read("/approvals")
        assert send(browser, "/approvals", [waiting], "approve").status_code == 403
        assert send(browser, "/approvals", [waiting], "reject").status_code == 200
        assert send(browser, "/inbox", [failed], "acknowledge").status_code == 200
    assert organization.get(f"/posts/{waiting}")["post"]["status"] == "rejected"


@pytest.mark.parametrize("path", ["/inbox", "/approvals"])
def test_a_page_that_polls_sees_changes_and_nothing_else(
    organization: OrganizationClient, path: str
) -> None:
    """304 while nothing changes; a post that waits appears, with the new count for the head."""
    with open_signed_in_browser(organization) as browser:
        address = find_all(r'data-inbox-page="([^"]+)"', browser.read(path))
        poller = PagePoller(browser, address, "")
        assert poller.poll() is not None
        assert poller.poll() is None
        made(organization, "News", "pending_approval")
        part = poller.poll()
        assert part is not None
        assert 'data-inbox="1"' in part
        assert poller.poll() is None
        page = browser.http.get("/", headers=SCRIPT).text
        assert "data-inbox-count>1<" in page
