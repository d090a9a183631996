"""edit, remove, retry and a single post, as a client of the contract calls them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from models.tables import DELIVERY
from tests.integration.api.posts.test_approval import put
from tests.integration.live_server import ApiServer, OrganizationClient, expect_error

LATER = "2030-05-01T15:00:00.000Z"
MONDAY = {"dayOfWeek": 1, "time": "10:00"}


def _draft(organization: OrganizationClient, **fields: Any) -> dict[str, Any]:  # noqa: ANN401
    body = {"publishMode": "draft", "scheduledAt": LATER, **fields}
    found: dict[str, Any] = organization.publish(**body)["socialPost"]
    return found


def _post(organization: OrganizationClient, path: str, **body: Any) -> dict[str, Any]:  # noqa: ANN401
    answer = organization.call("POST", path, json=body)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    assert set(found) == {"post"}
    assert set(found["post"]) == {"id", "status", "scheduledFor"}
    post: dict[str, Any] = found["post"]
    return post


def test_the_contract_s_own_examples_work(any_organization: OrganizationClient) -> None:
    """Edit by postId, remove by jobId; the answers are those of the contract."""
    made = _draft(any_organization)
    edited = _post(any_organization, "/edit", postId=made["id"], mode="schedule", scheduledAt=LATER)
    assert edited == {"id": made["id"], "status": "scheduled", "scheduledFor": LATER}
    removed = _post(any_organization, "/remove", jobId=made["providerJobId"])
    assert removed == {"id": made["id"], "status": "cancelled", "scheduledFor": None}
    again = _post(any_organization, "/remove", postId=made["id"])
    assert again["status"] == "cancelled"


def test_a_local_time_is_read_in_the_organization_s_zone(organization: OrganizationClient) -> None:
    """Without an offset it is the wall-clock time of the zone, as in publish."""
    organization.put_settings(defaultTimezone="America/New_York")
    made = _draft(organization)
    body = {"postId": made["id"], "mode": "schedule", "scheduledAt": "2030-05-01T15:00:00"}
    assert _post(organization, "/edit", **body)["scheduledFor"] == "2030-05-01T19:00:00.000Z"


def test_a_seat_that_is_left_goes_to_who_waits(any_organization: OrganizationClient) -> None:
    """Of two queued posts the first is edited away, then removed: the slots move up each time."""
    any_organization.put_settings(queueSlots=[MONDAY])
    first, second, third = (
        any_organization.publish(publishMode="next_slot")["socialPost"] for _ in range(3)
    )
    _post(any_organization, "/edit", postId=first["id"], mode="draft")
    fourth = any_organization.publish(publishMode="next_slot")["socialPost"]
    assert fourth["scheduledFor"] == first["scheduledFor"]
    _post(any_organization, "/remove", postId=second["id"])
    fifth = any_organization.publish(publishMode="next_slot")["socialPost"]
    assert fifth["scheduledFor"] == second["scheduledFor"]
    assert third["scheduledFor"] not in (first["scheduledFor"], second["scheduledFor"])


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"mode": "schedule"}, "scheduledAt"),
        ({"mode": "schedule", "scheduledAt": "soon"}, "scheduledAt"),
        ({"mode": "schedule", "scheduledAt": "2020-01-01T00:00:00Z"}, "scheduledAt"),
        ({"mode": "draft", "scheduledAt": LATER}, "scheduledAt"),
        ({"mode": "publish_now"}, "mode"),
        ({"caption": "  "}, "caption"),
        ({"caption": "", "mode": ""}, "mode"),
        ({"caption": 7}, "caption"),
        ({"caption": "a\x00b"}, "caption"),
        ({}, "mode"),
        ({"photoUrls": ["https://cdn.example.com/1.jpg"]}, "photoUrls"),
        ({"videoUrl": "no link"}, "videoUrl"),
        ({"titel": "x"}, "titel"),
        ({"platforms": []}, "mode"),
        ({"platforms": ["myspace"]}, "platforms[0]"),
        ({"accountIds": ["nobody"]}, "accountIds[0]"),
        ({"platforms": ["x"], "caption": "a" * 281}, "caption"),
        ({"platformFields": {"xReplies": "all"}}, "platformFields.xReplies"),
        ({"version": 0, "caption": "New"}, "version"),
    ],
)
def test_a_wrong_edit_names_its_field(
    organization: OrganizationClient, body: dict[str, Any], field: str
) -> None:
    """400, and the post is as it was."""
    made = _draft(organization)
    before = organization.get(f"/posts/{made['id']}")
    answer = organization.call("POST", "/edit", json={"postId": made["id"], **body})
    assert set(expect_error(answer, 400, "INVALID_INPUT")) == {field}
    assert organization.get(f"/posts/{made['id']}") == before


def test_a_caption_is_removed_where_a_post_may_be_without(
    any_organization: OrganizationClient,
) -> None:
    """An empty caption alone removes that of a photo post. Beside a new time, as automations send
    it, it changes nothing, and neither does null."""
    photo = {"postType": "photo", "photoUrls": ["https://cdn.example.com/a.jpg"]}
    made = _draft(any_organization, caption="Old words", platforms=["facebook"], **photo)
    for caption in ("", None):
        values = {"caption": caption, "mode": "schedule", "scheduledAt": "2030-05-02T15:00:00Z"}
        moved = _post(any_organization, "/edit", postId=made["id"], **values)
        assert moved["scheduledFor"] == "2030-05-02T15:00:00.000Z"
        assert any_organization.get(f"/posts/{made['id']}")["post"]["caption"] == "Old words"
    _post(any_organization, "/edit", postId=made["id"], caption="")
    assert any_organization.get(f"/posts/{made['id']}")["post"]["caption"] == ""


@pytest.mark.parametrize("path", ["/edit", "/remove"])
def test_a_post_must_be_named_and_must_be_ours(sqlite_api: ApiServer, path: str) -> None:
    """400 without an id; 404 for one unknown, for another organization's, for two that differ."""
    ours, theirs = sqlite_api.create_organization(), sqlite_api.create_organization()
    mine, foreign = _draft(ours), _draft(theirs)
    more = {"mode": "draft"} if path == "/edit" else {}
    for empty in ({}, {"postId": ""}, {"postId": " ", "jobId": ""}):
        answer = ours.call("POST", path, json={**more, **empty})
        assert expect_error(answer, 400, "INVALID_INPUT") == {"postId": "is required, or jobId"}
    for names in (
        {"postId": "nobody"},
        {"postId": foreign["id"]},
        {"jobId": foreign["providerJobId"]},
        {"postId": mine["id"], "jobId": foreign["providerJobId"]},
    ):
        expect_error(ours.call("POST", path, json={**more, **names}), 404, "NOT_FOUND")
    for name in ("retry",):
        answer = ours.call("POST", f"/posts/{foreign['id']}/{name}")
        expect_error(answer, 404, "NOT_FOUND")
    expect_error(ours.call("GET", f"/posts/{foreign['id']}"), 404, "NOT_FOUND")
    assert theirs.get(f"/posts/{foreign['id']}")["post"]["status"] == "draft"


def test_a_post_tells_its_history(organization: OrganizationClient) -> None:
    """Every change with its time, step and outcome; without source links."""
    made = _draft(organization)
    soon = (datetime.now(UTC) + timedelta(days=400)).isoformat()
    _post(organization, "/edit", postId=made["id"], caption="New words")
    _post(organization, "/edit", postId=made["id"], mode="schedule", scheduledAt=soon)
    _post(organization, "/remove", postId=made["id"])
    post = organization.get(f"/posts/{made['id']}")["post"]
    assert (post["caption"], post["status"]) == ("New words", "cancelled")
    story = [(each["step"], each["outcome"], each["message"]) for each in post["history"]]
    assert story == [
        ("accept", "draft", None),
        ("edit", "draft", "caption"),
        ("edit", "scheduled", f"schedule {soon}"),
        ("remove", "cancelled", None),
    ]
    assert {each["subject"] for each in post["history"]} == {"post"}


@pytest.mark.parametrize("status", ["partial", "failed", "missed", "unknown"])
def test_a_post_can_be_left_as_it_is(any_organization: OrganizationClient, status: str) -> None:
    """Who and when is in the post and in its history; a retry withdraws it."""
    made = _draft(any_organization)
    put(any_organization, made["id"], status=status)
    path = f"/posts/{made['id']}"
    assert "acknowledgedAt" not in any_organization.get(path)["post"]
    body = {"by": "Dana"} if status == "partial" else {}
    _post(any_organization, f"{path}/acknowledge", **body)
    post = any_organization.get(path)["post"]
    assert (post["status"], post["acknowledgedBy"]) == (status, body.get("by", "First key"))
    assert datetime.fromisoformat(post["acknowledgedAt"]) > datetime.now(UTC) - timedelta(minutes=1)
    event = post["history"][-1]
    assert (event["step"], event["outcome"]) == ("acknowledge", status)
    assert event["message"] == body.get("by", "First key")
    _post(any_organization, f"{path}/retry")
    assert "acknowledgedAt" not in any_organization.get(path)["post"]


@pytest.mark.parametrize("status", ["draft", "scheduled", "published", "cancelled"])
def test_a_post_that_needs_no_attention_is_not_acknowledged(
    organization: OrganizationClient, status: str
) -> None:
    """409 that names the status."""
    made = _draft(organization)
    put(organization, made["id"], status=status)
    answer = organization.call("POST", f"/posts/{made['id']}/acknowledge")
    assert answer.status_code == 409
    assert f"a post that is {status} needs no attention" in answer.text


@pytest.mark.parametrize("mode", ["draft", "schedule"])
def test_a_post_that_is_live_somewhere_keeps_its_time(
    organization: OrganizationClient, mode: str
) -> None:
    """400 at `mode`; its caption can be changed for the accounts that failed."""
    made = _draft(organization)
    put(organization, made["id"], status="partial")
    body = {
        "postId": made["id"],
        "mode": mode,
        **({"scheduledAt": LATER} if mode != "draft" else {}),
    }
    answer = organization.call("POST", "/edit", json=body)
    assert set(expect_error(answer, 400, "INVALID_INPUT")) == {"mode"}
    assert _post(organization, "/edit", postId=made["id"], caption="New")["status"] == "partial"


def test_a_partial_post_with_an_open_intent_can_be_edited(
    any_organization: OrganizationClient,
) -> None:
    """After a restore, or where an outcome is unknown, an intent stays open: no worker is at work,
    and the retry after the edit looks first."""
    made = _draft(any_organization)
    put(any_organization, made["id"], status="partial")
    with any_organization.api.database.write() as session:
        of_post = DELIVERY.c.post_id == made["id"]
        values = {"status": "failed", "intent": "publish_now", "intent_at": datetime.now(UTC)}
        session.connection().execute(update(DELIVERY).where(of_post).values(**values))
    edited = _post(any_organization, "/edit", postId=made["id"], caption="New")
    assert edited["status"] == "partial"


def test_an_instant_without_a_mode_is_told_the_mode(organization: OrganizationClient) -> None:
    """The error says which mode goes with it."""
    body = {"postId": _draft(organization)["id"], "scheduledAt": LATER}
    answer = organization.call("POST", "/edit", json=body)
    assert expect_error(answer, 400, "INVALID_INPUT") == {
        "mode": 'is required with scheduledAt: write "schedule"'
    }


@pytest.mark.parametrize("year", ["9999", "2927"])
def test_a_year_that_is_a_typing_error_is_refused(
    organization: OrganizationClient, year: str
) -> None:
    """In publish and edit: such a post would wait for ever, and some zones cannot show it."""
    at = f"{year}-12-31T23:59:00"
    answer = organization.try_publish(publishMode="schedule", scheduledAt=at)
    problem = {"scheduledAt": "must not lie after the year 2199"}
    assert expect_error(answer, 400, "INVALID_INPUT") == problem
    body = {"postId": _draft(organization)["id"], "mode": "schedule", "scheduledAt": at}
    answer = organization.call("POST", "/edit", json=body)
    assert expect_error(answer, 400, "INVALID_INPUT") == problem


def test_nothing_to_retry_is_said(organization: OrganizationClient) -> None:
    """409: a draft has not failed."""
    made = _draft(organization)
    answer = organization.call("POST", f"/posts/{made['id']}/retry")
    assert expect_error(answer, 409, "CONFLICT") == {}
