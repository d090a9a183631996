"""What a provider will not carry is said when a post is accepted, edited or imported."""

import json
from typing import Any

import pytest
from sqlmodel import select

from models.posts import Post
from tests.integration.live_server import Json, OrganizationClient, expect_error
from tests.integration.local_times import in_the_future

VIDEO = {
    "postType": "video",
    "videoUrl": "https://cdn.example.com/a.mp4",
    "platforms": ["youtube", "tiktok"],
}
TITLE = "platformFields.youtubeTitle"
VISIBILITY = "platformFields.youtubeVisibility"
WISHES = {
    "youtubeTitle": "Rise",
    "youtubeFirstComment": "First",
    "tiktokAllowDuet": "false",
    "facebookTitle": "Rise",
}


def warned(answer: Json) -> dict[str, str]:
    """The warnings of an answer by field; each has exactly these two keys."""
    found = answer["warnings"]
    assert all(each.keys() == {"field", "message"} for each in found)
    return {each["field"]: each["message"] for each in found}


def store_hidden(organization: OrganizationClient, post_id: str) -> None:
    """Give a stored post a field that is refused today, as an older version accepted it."""
    with organization.api.database.write() as session:
        post = session.exec(select(Post).where(Post.id == post_id)).one()
        post.platform_fields = {"youtubeVisibility": "private"}
        session.add(post)


def test_publish_names_the_fields_that_are_not_sent(any_organization: OrganizationClient) -> None:
    """The post is accepted with all its fields; the sentence has the field, the network, and the
    provider, or says that the post does not go to that network."""
    found = warned(any_organization.publish(**VIDEO, platformFields=WISHES))
    assert list(found) == [TITLE, "platformFields.facebookTitle"]
    assert "the provider simulator has no place for youtubeTitle" in found[TITLE]
    assert "posts to youtube" in found[TITLE]
    assert "facebookTitle belongs to facebook" in found["platformFields.facebookTitle"]
    with any_organization.api.database.read() as session:
        assert session.exec(select(Post.platform_fields)).all()[-1] == WISHES


def test_an_answer_without_warnings_is_the_contracts(organization: OrganizationClient) -> None:
    """Where every field is sent, the answer has the contract's two keys and no other."""
    fields = {"youtubeFirstComment": "First", "tiktokAllowDuet": "false"}
    answer = organization.publish(**VIDEO, platformFields=fields)
    assert answer.keys() == {"socialPost", "providerPostId"}


@pytest.mark.parametrize("mode", ["publish_now", "schedule", "next_slot", "draft"])
def test_a_limit_that_would_get_lost_is_refused(
    organization: OrganizationClient, mode: str
) -> None:
    """In every mode, by the name of the field and of the provider; nothing is stored."""
    fields = {"youtubeVisibility": "private", "tiktokDraft": "true", "youtubeTitle": "Rise"}
    at = {"scheduledAt": in_the_future(days=2)} if mode in ("schedule", "draft") else {}
    answer = organization.try_publish(**VIDEO, publishMode=mode, **at, platformFields=fields)
    details = expect_error(answer, 400, "INVALID_INPUT")
    assert list(details) == [VISIBILITY, "platformFields.tiktokDraft"]
    assert "the provider simulator has no place for youtubeVisibility" in details[VISIBILITY]
    assert organization.posts() == []


def test_a_limit_on_another_network_is_a_warning(organization: OrganizationClient) -> None:
    """What does not go to a network cannot be seen there by too many."""
    found = warned(organization.publish(platformFields={"youtubeVisibility": "private"}))
    assert "youtubeVisibility belongs to youtube" in found[VISIBILITY]


def test_the_same_request_gets_the_same_warnings(organization: OrganizationClient) -> None:
    """A row that was imported before is known, and its warnings are told again."""
    line = json.dumps({**VIDEO, "key": "a", "caption": "Hi", "platformFields": WISHES})
    headers = {"Content-Type": "application/x-ndjson"}
    rows = [
        organization.call("POST", "/import", content=line, headers=headers).json()["rows"][0]
        for _ in range(2)
    ]
    assert [row["status"] for row in rows] == ["accepted", "known"]
    assert warned(rows[0]) == warned(rows[1])


@pytest.mark.parametrize("dry_run", ["true", "false"])
def test_an_import_warns_for_each_row(any_organization: OrganizationClient, dry_run: str) -> None:
    """Each row has its own warnings or none; a lost limit refuses its row alone."""
    wishes: list[dict[str, Any]] = [
        {"youtubeTitle": "Rise"}, {"tiktokAllowDuet": "false"}, {"youtubeVisibility": "private"},
    ]  # fmt: skip
    lines = [json.dumps({**VIDEO, "caption": "Hi", "platformFields": each}) for each in wishes]
    answer = any_organization.call(
        "POST",
        "/import",
        content="\n".join(lines),
        headers={"Content-Type": "application/x-ndjson"},
        params={"dryRun": dry_run},
    )
    first, second, third = answer.json()["rows"]
    assert list(warned(first)) == [TITLE]
    assert second.keys() == {"row", "key", "status", "socialPost"}
    assert [each["field"] for each in third["errors"]] == [VISIBILITY]


def test_edit_names_the_fields_that_are_not_sent(any_organization: OrganizationClient) -> None:
    """The post keeps its fields, so the answer to an edit has the warnings of publish."""
    made = any_organization.publish(**VIDEO, platformFields=WISHES)
    body = {"postId": made["socialPost"]["id"], "caption": "Bye"}
    edited = any_organization.call("POST", "/edit", json=body).json()
    assert warned(edited) == warned(made)
    plain = {"postId": any_organization.publish()["socialPost"]["id"], "caption": "Bye"}
    assert any_organization.call("POST", "/edit", json=plain).json().keys() == {"post"}


def test_an_old_post_with_a_lost_limit_is_not_scheduled(organization: OrganizationClient) -> None:
    """An edit that would let it out is refused, and so is one that leaves the field; one that
    changes it is not."""
    at = in_the_future(days=2)
    draft = organization.publish(**VIDEO, publishMode="draft", scheduledAt=at)["socialPost"]
    store_hidden(organization, draft["id"])
    body = {"postId": draft["id"], "mode": "schedule", "scheduledAt": at}
    details = expect_error(organization.call("POST", "/edit", json=body), 400, "INVALID_INPUT")
    assert list(details) == [VISIBILITY]
    reworded = {"postId": draft["id"], "caption": "Bye"}
    details = expect_error(organization.call("POST", "/edit", json=reworded), 400, "INVALID_INPUT")
    assert "without this limit" in details[VISIBILITY]
    corrected = {**reworded, "platformFields": {TITLE.partition(".")[2]: "Bread"}}
    assert organization.call("POST", "/edit", json=corrected).status_code == 200
    assert organization.call("POST", "/edit", json=body).status_code == 200


def test_an_old_post_with_a_lost_limit_is_not_let_go(organization: OrganizationClient) -> None:
    """Neither by an approval nor by a slot of the queue: 409 that names the field. As a draft it
    may be approved."""
    organization.put_settings(queueSlots=[{"dayOfWeek": 1, "time": "10:00"}], approveApiPosts=True)
    at = in_the_future(days=2)
    now, draft = (
        organization.publish(**VIDEO, **mode)["socialPost"]["id"]
        for mode in ({"publishMode": "publish_now"}, {"publishMode": "draft", "scheduledAt": at})
    )
    for post_id in (now, draft):
        store_hidden(organization, post_id)
    refused = organization.call("POST", f"/posts/{now}/approve")
    assert refused.status_code == 409
    assert VISIBILITY in refused.json()["message"]
    assert organization.call("POST", f"/posts/{draft}/approve").status_code == 200
    slot = {"slot": organization.get("/next-slot")["nextSlot"]}
    refused = organization.call("POST", f"/posts/{draft}/move", json=slot)
    assert refused.status_code == 409
    assert "publish it again" in refused.json()["message"]
