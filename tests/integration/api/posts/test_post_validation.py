"""Validation against the networks' limits, at publish and at edit, all problems together."""

from typing import Any

import pytest

from models.posts import Post
from tests.integration.live_server import OrganizationClient, expect_error
from tests.integration.local_times import in_the_future

LINK = "https://cdn.example.com/a.bin"
VIDEO = {"postType": "video", "videoUrl": LINK, "platforms": ["youtube", "x"]}
PLAYLIST = "PL-of-ours"
MONDAY = {"dayOfWeek": 1, "time": "10:00"}


def test_all_that_is_wrong_is_said_at_once(any_organization: OrganizationClient) -> None:
    """Caption, platforms, media, zone, date and fields: one answer, and nothing is stored."""
    answer = any_organization.try_publish(
        postType="photo",
        caption="a" * 281,
        platforms=["x", "youtube"],
        videoUrl=LINK,
        publishMode="schedule",
        timezone="Mars/Base",
        platformFields={"youtubeTitel": "a", "tiktokDraft": "true", "xReplySettings": "all"},
    )
    details = expect_error(answer, 400, "INVALID_INPUT")
    assert {name: message.split()[0] for name, message in details.items()} == {
        "timezone": "'Mars/Base'",
        "scheduledAt": "is",
        "photoUrls": "is",
        "videoUrl": "does",
        "platforms": "youtube",
        "caption": "x",
        "platformFields.youtubeTitel": "is",
        "platformFields.xReplySettings": "cannot",
    }
    assert "youtubeTitle" in details["platformFields.youtubeTitel"]
    assert any_organization.posts() == []


@pytest.mark.parametrize(
    ("fields", "field", "right"),
    [
        ({"videoUrl": LINK}, "videoUrl", "does not go with postType 'text', but with 'video'"),
        ({"photoUrls": [LINK]}, "photoUrls", "with 'photo'"),
        ({"documentUrl": LINK}, "documentUrl", "with 'document'"),
        ({**VIDEO, "photoUrls": [LINK]}, "photoUrls", "does not go with postType 'video'"),
        ({"platforms": ["instagram"]}, "platforms", "instagram takes video or photo posts"),
        ({"postType": "photo", "photoUrls": [LINK] * 5}, "photoUrls", "at most 4 photos"),
        ({"postType": "photo", "photoUrls": [LINK, "a.jpg"]}, "photoUrls", "link 2 must be"),
        ({"platforms": ["threads"], "caption": "😀" * 126}, "caption", "at most 500"),
        (
            {"platformFields": {"xPollOptions": '["\\ud800", ""]'}},
            "platformFields.xPollOptions",
            "",
        ),
        ({"platformFields": {"x" * 9_999: "a"}}, f"platformFields.{'x' * 64}", "no platform field"),
        ({"platformFields": {"": "a"}}, "platformFields.", "no platform field"),
    ],
)
def test_what_does_not_fit_is_named(
    organization: OrganizationClient, fields: dict[str, Any], field: str, right: str
) -> None:
    """The field, and what would be right."""
    details = expect_error(organization.try_publish(**fields), 400, "INVALID_INPUT")
    assert field in details
    assert right in details[field]
    assert organization.posts() == []


def test_an_empty_list_of_photos_is_none(organization: OrganizationClient) -> None:
    """Clients that send every field may leave the others empty."""
    organization.publish(photoUrls=[], platformFields={}, accountIds=None, documentUrl=None)


def test_defaults_are_checked_as_well(organization: OrganizationClient) -> None:
    """Default platforms of the settings are checked like given ones."""
    organization.put_settings(defaultPlatforms=["facebook", "tiktok"])
    details = expect_error(organization.try_publish(platforms=...), 400, "INVALID_INPUT")
    assert details == {"platforms": "tiktok takes video or photo posts, no text posts"}


def test_an_edit_meets_the_same_limits(any_organization: OrganizationClient) -> None:
    """A caption too long for one of the post's networks is refused, and the post stays."""
    made = any_organization.publish(
        platforms=["x", "facebook"], publishMode="draft", scheduledAt=in_the_future(days=2)
    )["socialPost"]
    body = {"postId": made["id"], "caption": "日" * 141, "mode": "schedule"}
    details = expect_error(any_organization.call("POST", "/edit", json=body), 400, "INVALID_INPUT")
    assert set(details) == {"caption", "scheduledAt"}
    assert details["caption"].startswith("x takes at most 280 ")
    (post,) = any_organization.posts()
    assert (post["caption"], post["status"]) == ("Hello", "draft")
    good = any_organization.call(
        "POST", "/edit", json={**body, "caption": "日" * 140, "mode": "draft"}
    )
    assert good.status_code == 200
    assert any_organization.posts()[0]["caption"] == "日" * 140


def test_the_queue_takes_one_playlist_only(any_organization: OrganizationClient) -> None:
    """processOnlyPlaylistId: queued videos must carry it, explicit times and photos need not."""
    any_organization.put_settings(processOnlyPlaylistId=PLAYLIST, queueSlots=[MONDAY])
    for wrong in ({}, {"sourcePlaylistId": "another"}, {"publishMode": "next_slot"}):
        answer = any_organization.try_publish(**VIDEO, **wrong)
        details = expect_error(answer, 400, "INVALID_INPUT")
        assert list(details) == ["sourcePlaylistId"]
        assert PLAYLIST in details["sourcePlaylistId"]
        assert "processOnlyPlaylistId" in details["sourcePlaylistId"]
    assert any_organization.posts() == []
    queued = any_organization.publish(**VIDEO, sourcePlaylistId=PLAYLIST)["socialPost"]
    assert queued["status"] == "scheduled"
    with any_organization.api.database.read() as session:
        row = session.get(Post, queued["id"])
        assert row is not None
        assert row.source_playlist_id == PLAYLIST
    any_organization.publish(**VIDEO, publishMode="publish_now")
    any_organization.publish(**VIDEO, scheduledAt=in_the_future(days=1))
    any_organization.publish(**VIDEO, publishMode="draft", scheduledAt=in_the_future(days=1))
    any_organization.publish()
    any_organization.put_settings(processOnlyPlaylistId=None)
    any_organization.publish(**VIDEO)


def test_a_post_shows_its_title(organization: OrganizationClient) -> None:
    """The first title in the order of its platforms; none where none was given."""
    fields = {"youtubeTitle": "On YouTube", "facebookTitle": "On Facebook"}
    for platforms in (["x", "facebook", "youtube"], ["youtube", "facebook"]):
        organization.publish(**{**VIDEO, "platforms": platforms}, platformFields=fields)
    titled = {"linkedinDocumentTitle": "Menu"}
    document = {"postType": "document", "documentUrl": LINK, "platforms": ["linkedin"]}
    organization.publish(**document, platformFields=titled)
    organization.publish(**VIDEO)
    shown = [post["title"] for post in organization.posts()]
    assert shown == [None, "Menu", "On YouTube", "On Facebook"]


def test_fields_of_all_networks_are_accepted_together(organization: OrganizationClient) -> None:
    """A video for all its networks with the fields that people set."""
    fields = {
        "youtubeTitle": "Rise", "youtubeVisibility": "public", "youtubeCategoryId": "22",
        "instagramContentType": "reel", "instagramCollaborators": "ana, rui",
        "instagramThumbnail": LINK, "facebookTitle": "Rise", "linkedinFirstComment": "!",
        "xThreadItems": '["And then"]',
        "tiktokPrivacyLevel": "PUBLIC_TO_EVERYONE", "tiktokExpressConsentGiven": "true",
    }  # fmt: skip
    platforms = ["youtube", "instagram", "facebook", "linkedin", "x", "tiktok"]
    organization.publish(**{**VIDEO, "platforms": platforms}, platformFields=fields)
    (post,) = organization.posts()
    assert [each["notCarried"] for each in post["providerPlatforms"]] == [[]] * 6


def test_imported_rows_for_the_queue_need_the_playlist_too(
    any_organization: OrganizationClient,
) -> None:
    """A row without it is refused; the rows beside it, with the playlist or a date, become
    posts."""
    any_organization.put_settings(processOnlyPlaylistId=PLAYLIST)
    cells = f"video,Hi,x,{LINK}"
    rows = [
        "key,postType,caption,platforms,videoUrl,scheduledAt,sourcePlaylistId",
        f"right,{cells},,{PLAYLIST}", f"none,{cells},,", f"dated,{cells},{in_the_future(days=1)},",
    ]  # fmt: skip
    headers = {"Content-Type": "text/csv"}
    answer = any_organization.call("POST", "/import", content="\n".join(rows), headers=headers)
    assert answer.status_code == 207, answer.text
    shown = {row["key"]: row for row in answer.json()["rows"]}
    assert [row["status"] for row in shown.values()] == ["accepted", "refused", "accepted"]
    assert [each["field"] for each in shown["none"]["errors"]] == ["sourcePlaylistId"]
