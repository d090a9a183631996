"""Posts that wait for a person: approve, ask for changes, submit again, reject, release, and which
requests are refused."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest
from sqlalchemy import update

from models.tables import POST
from tests.integration.live_server import Json, OrganizationClient, expect_error

MODES = {
    "draft": {"publishMode": "draft", "scheduledAt": "2030-01-01T00:00:00Z"},
    "schedule": {"publishMode": "schedule", "scheduledAt": "2030-01-01T00:00:00Z"},
    "publish_now": {"publishMode": "publish_now"},
    "next_slot": {"publishMode": "next_slot"},
}
BEGUN = {
    "draft": "draft",
    "schedule": "scheduled",
    "publish_now": "publishing",
    "next_slot": "scheduled",
}
LATER = "2031-01-01T00:00:00.000Z"
MONDAY = {"dayOfWeek": 1, "time": "10:00"}


def waiting(organization: OrganizationClient, mode: str = "schedule") -> str:
    """The id of a post that waits for approval."""
    organization.put_settings(approveApiPosts=True, queueSlots=[MONDAY])
    post = organization.publish(**MODES[mode])["socialPost"]
    assert post["status"] == "pending_approval"
    found: str = post["id"]
    return found


def ask(
    organization: OrganizationClient, post_id: str, what: str, body: Json = ...
) -> httpx.Response:
    """The raw answer to approve, reject or release."""
    arguments = {} if body is ... else {"json": body}
    return organization.call("POST", f"/posts/{post_id}/{what}", **arguments)


def put(organization: OrganizationClient, post_id: str, **columns: object) -> None:
    """Change columns of a post directly in the database."""
    with organization.api.database.write() as session:
        session.connection().execute(update(POST).where(POST.c.id == post_id).values(**columns))


def history(organization: OrganizationClient, post_id: str) -> list[tuple[str, str, str | None]]:
    """(step, outcome, message) of what happened to a post."""
    events = organization.get(f"/posts/{post_id}")["post"]["history"]
    return [(each["step"], each["outcome"], each["message"]) for each in events]


@pytest.mark.parametrize("mode", list(MODES))
def test_an_approved_post_begins(any_organization: OrganizationClient, mode: str) -> None:
    """Depending on its mode: as a draft, at its time, now, or on a seat of the queue; with
    history."""
    post_id = waiting(any_organization, mode)
    answer = ask(any_organization, post_id, "approve")
    assert answer.status_code == 200, answer.text
    post = answer.json()["post"]
    assert set(post) == {"id", "status", "scheduledFor"}
    assert (post["id"], post["status"]) == (post_id, BEGUN[mode])
    assert (post["scheduledFor"] is None) is (mode == "publish_now")
    steps = [step for step, _, _ in history(any_organization, post_id)]
    assert steps[:2] == ["accept", "approve"]


def test_an_approved_post_of_a_full_queue_waits_for_a_seat(
    organization: OrganizationClient,
) -> None:
    """It joins the backlog, and gets the next free seat."""
    post_id = waiting(organization, "next_slot")
    organization.put_settings(queueSlots=[])
    assert ask(organization, post_id, "approve").json()["post"]["status"] == "backlog"
    organization.put_settings(queueSlots=[MONDAY])
    assert organization.get(f"/posts/{post_id}")["post"]["status"] == "scheduled"


def test_publish_now_is_not_late_for_having_waited(any_organization: OrganizationClient) -> None:
    """Approved after days, its lateness counts from the approval."""
    post_id = waiting(any_organization, "publish_now")
    accepted = datetime.now(UTC) - timedelta(days=3)
    put(any_organization, post_id, accepted_at=accepted)
    assert ask(any_organization, post_id, "approve").status_code == 200
    with any_organization.api.database.read() as session:
        late_at = (
            session.connection().execute(POST.select().where(POST.c.id == post_id)).one().late_at
        )
    assert late_at > accepted + timedelta(days=2)


def test_an_instant_that_has_passed_must_be_moved_first(
    any_organization: OrganizationClient,
) -> None:
    """409 with what to do; after an edit the post still waits, and can be approved."""
    post_id = waiting(any_organization)
    put(any_organization, post_id, scheduled_for=datetime.now(UTC) - timedelta(minutes=1))
    answer = ask(any_organization, post_id, "approve")
    expect_error(answer, 409, "CONFLICT")
    assert "scheduledAt" in answer.json()["error"]
    assert "edit" in answer.json()["error"]
    body = {"postId": post_id, "mode": "schedule", "scheduledAt": "2031-01-01T00:00:00Z"}
    edited = any_organization.call("POST", "/edit", json=body).json()["post"]
    assert edited["status"] == "pending_approval"
    approved = ask(any_organization, post_id, "approve").json()["post"]
    assert approved == {
        "id": post_id,
        "status": "scheduled",
        "scheduledFor": "2031-01-01T00:00:00.000Z",
    }


@pytest.mark.parametrize("body", [..., {}, {"reason": None}, {"reason": "Not our tone"}])
def test_a_rejected_post_ends(any_organization: OrganizationClient, body: Json) -> None:
    """With the given reason in the post and in the history; nothing is published."""
    post_id = waiting(any_organization)
    answer = ask(any_organization, post_id, "reject", body)
    assert answer.json()["post"]["status"] == "rejected"
    reason = None if body is ... else body.get("reason")
    post = any_organization.get(f"/posts/{post_id}")["post"]
    assert post["providerError"] == reason
    assert [each["status"] for each in post["providerPlatforms"]] == ["cancelled"]
    assert history(any_organization, post_id)[-1] == ("reject", "rejected", reason)
    for what in ("approve", "reject", "release"):
        expect_error(ask(any_organization, post_id, what), 409, "CONFLICT")


def test_changes_are_asked_for_made_and_approved(any_organization: OrganizationClient) -> None:
    """The post goes back to its writer with the comment, and keeps its time; edits keep it there;
    submitted, it waits again and still shows what was asked for; approved, it begins. Every step is
    in the history."""
    post_id = waiting(any_organization)
    at = any_organization.get(f"/posts/{post_id}")["post"]["scheduledFor"]
    asked = {"comment": "Another photo,\r\nplease", "by": "Dana"}
    sent_back = ask(any_organization, post_id, "request-changes", asked).json()["post"]
    assert sent_back == {"id": post_id, "status": "changes_requested", "scheduledFor": at}
    for refused in ("approve", "reject", "request-changes"):
        body = asked if refused == "request-changes" else ...
        expect_error(ask(any_organization, post_id, refused, body), 409, "CONFLICT")
    edit = {"postId": post_id, "caption": "Better", "mode": "schedule", "scheduledAt": LATER}
    edited = any_organization.call("POST", "/edit", json=edit).json()["post"]
    assert (edited["status"], edited["scheduledFor"]) == ("changes_requested", LATER)
    submitted = ask(any_organization, post_id, "submit", {"comment": "Done"}).json()["post"]
    assert submitted["status"] == "pending_approval"
    review = any_organization.get(f"/posts/{post_id}")["post"]["review"]
    comment = "Another photo,\nplease"
    assert {**review, "at": None} == {
        "state": "changes_requested",
        "comment": comment,
        "by": "Dana",
        "at": None,
    }
    expect_error(ask(any_organization, post_id, "submit"), 409, "CONFLICT")
    assert ask(any_organization, post_id, "approve").json()["post"]["status"] == "scheduled"
    review = any_organization.get(f"/posts/{post_id}")["post"]["review"]
    assert (review["state"], review["comment"], review["by"]) == ("approved", None, "First key")
    assert history(any_organization, post_id)[1:] == [
        ("request_changes", "changes_requested", comment),
        ("edit", "changes_requested", f"caption, schedule {LATER}"),
        ("submit", "pending_approval", "Done"),
        ("approve", "scheduled", None),
    ]


def test_a_post_that_was_sent_back_can_be_removed(any_organization: OrganizationClient) -> None:
    """It is cancelled at once; a list by status finds it before."""
    post_id = waiting(any_organization)
    assert ask(any_organization, post_id, "request-changes", {"comment": "No"}).status_code == 200
    (listed,) = any_organization.get("/posts", status="changes_requested")["posts"]
    assert listed["id"] == post_id
    answer = any_organization.call("POST", "/remove", json={"postId": post_id})
    assert answer.json()["post"]["status"] == "cancelled"


def test_a_post_that_waits_can_be_removed(any_organization: OrganizationClient) -> None:
    """It is cancelled at once."""
    post_id = waiting(any_organization)
    answer = any_organization.call("POST", "/remove", json={"postId": post_id})
    assert answer.json()["post"] == {"id": post_id, "status": "cancelled", "scheduledFor": None}
    expect_error(ask(any_organization, post_id, "approve"), 409, "CONFLICT")


@pytest.mark.parametrize("next_slot", [False, True])
def test_a_missed_post_is_released(any_organization: OrganizationClient, next_slot: bool) -> None:
    """Published in turn, or moved to the next free slot of the queue."""
    any_organization.put_settings(queueSlots=[MONDAY])
    post_id = any_organization.publish(**MODES["schedule"])["socialPost"]["id"]
    past = datetime.now(UTC) - timedelta(days=1)
    put(any_organization, post_id, status="missed", scheduled_for=past)
    body = {"nextSlot": True} if next_slot else ...
    post = ask(any_organization, post_id, "release", body).json()["post"]
    assert post["status"] == "scheduled"
    assert (post["scheduledFor"] > datetime.now(UTC).isoformat()) is next_slot
    expect_error(ask(any_organization, post_id, "release"), 409, "CONFLICT")


@pytest.mark.parametrize("what", ["approve", "request-changes", "submit", "reject", "release"])
def test_anothers_post_is_not_there(any_organization: OrganizationClient, what: str) -> None:
    """404, also for an unknown id; the post is unchanged."""
    other = any_organization.api.create_organization()
    post_id = waiting(other)
    for id_ in (post_id, "nobody"):
        body = {"comment": "Mine"} if what == "request-changes" else ...
        expect_error(ask(any_organization, id_, what, body), 404, "NOT_FOUND")
    assert other.get(f"/posts/{post_id}")["post"]["status"] == "pending_approval"


@pytest.mark.parametrize(
    ("what", "body", "field"),
    [
        ("approve", {"reason": "a"}, "reason"),
        ("request-changes", {}, "comment"),
        ("request-changes", {"comment": " \n"}, "comment"),
        ("request-changes", {"comment": "a" * 2001}, "comment"),
        ("submit", {"reason": "a"}, "reason"),
        ("reject", {"reason": 7}, "reason"),
        ("reject", {"reason": "a" * 2001}, "reason"),
        ("release", {"nextSlot": "yes"}, "nextSlot"),
    ],
)
def test_a_bad_body_changes_nothing(
    organization: OrganizationClient, what: str, body: Json, field: str
) -> None:
    """400 with the field."""
    post_id = waiting(organization)
    answer = ask(organization, post_id, what, body)
    assert list(expect_error(answer, 400, "INVALID_INPUT")) == [field]
    assert organization.get(f"/posts/{post_id}")["post"]["status"] == "pending_approval"
