"""POST publish with an error: 400 with the field's name, and nothing is stored."""

from pathlib import Path
from typing import Any

import pytest

from tests.integration.live_server import OrganizationClient, expect_error, run_api
from tests.integration.local_times import in_the_future

LINK = "https://cdn.example.com/a.bin"
DATE = {"publishMode": "schedule"}


@pytest.mark.parametrize(
    ("fields", "field", "right"),
    [
        ({"publishMode": "schedule"}, "scheduledAt", "is required"),
        ({**DATE, "scheduledAt": in_the_future(seconds=-5)}, "scheduledAt", "in the future"),
        ({**DATE, "scheduledAt": "0001-01-01T00:00"}, "scheduledAt", "in the future"),
        ({**DATE, "scheduledAt": "tomorrow"}, "scheduledAt", "such as 2026-05-01T15:00:00Z"),
        ({**DATE, "scheduledAt": "2999-02-30T10:00Z"}, "scheduledAt", "such as"),
        ({**DATE, "scheduledAt": "9999-12-31T23:59-12:00"}, "scheduledAt", "such as"),
        ({**DATE, "scheduledAt": "9" * 65}, "scheduledAt", "64"),
        ({**DATE, "scheduledAt": 1777000000}, "scheduledAt", "2026-05-01T15:00:00Z"),
        (
            {"publishMode": "publish_now", "scheduledAt": in_the_future(days=1)},
            "scheduledAt",
            "leave it out",
        ),
        (
            {**DATE, "scheduledAt": in_the_future(days=1), "timezone": "Mars/Base"},
            "timezone",
            "IANA",
        ),
        ({"publishMode": "later"}, "publishMode", "'next_slot'"),
        ({"postType": "story"}, "postType", "'document'"),
        ({"postType": ...}, "postType", "is required"),
        ({"caption": ...}, "caption", "is required"),
        ({"caption": None}, "caption", "a text"),
        ({"caption": " \n\t"}, "caption", "must not be empty"),
        ({"caption": "a" * 65_537}, "caption", "65536"),
        ({"caption": "NUL \x00"}, "caption", "NUL"),
        ({"postType": "video"}, "videoUrl", "is required"),
        ({"postType": "photo"}, "photoUrls", "is required"),
        ({"postType": "photo", "photoUrls": []}, "photoUrls", "is required"),
        ({"postType": "photo", "photoUrls": [LINK] * 21}, "photoUrls", "20"),
        ({"postType": "document", "platforms": ["linkedin"]}, "documentUrl", "is required"),
        ({"postType": "video", "videoUrl": LINK.replace("https", "http")}, "videoUrl", "https://"),
        ({"postType": "video", "videoUrl": "file:///etc/passwd"}, "videoUrl", "https://"),
        ({"postType": "photo", "photoUrls": [LINK, "media/a.jpg"]}, "photoUrls", "https://"),
        ({"postType": "video", "videoUrl": LINK + "\x00"}, "videoUrl", "NUL"),
        ({"platforms": ["x", "myspace"]}, "platforms[1]", "choose from bluesky"),
        ({"platforms": "x"}, "platforms", "list"),
        ({"platformFields": {"youtubeMadeForKids": True}}, "platformFields.youtubeMadeForKids", ""),
        ({"platformFields": {"xLongVideo": "a" * 32_769}}, "platformFields.xLongVideo", "32768"),
        ({"platformFields": "youtube"}, "platformFields", "an object"),
        ({"sheduledAt": in_the_future(days=1)}, "sheduledAt", "is not a field"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_kept(
    organization: OrganizationClient, fields: dict[str, Any], field: str, right: str
) -> None:
    """A 400 names the field and what would be right, and no post exists afterwards."""
    details = expect_error(organization.try_publish(**fields), 400, "INVALID_INPUT")
    assert list(details) == [field]
    assert right in details[field]
    assert organization.posts() == []


DEEP = 100_000
BROKEN = {
    "no JSON": b"caption=Hello",
    "cut off": b'{"postType": "text", "caption": "Hel',
    "empty": b"",
    "a list": b"[]",
    "null": b"null",
    "not UTF-8": b'{"postType": "text", "caption": "\xff", "platforms": ["x"]}',
    "deep lists": b"[" * DEEP + b"]" * DEEP,
    "deep objects": b'{"a":' * DEEP + b"1" + b"}" * DEEP,
    "deep field": b'{"postType": "text", "caption": ' + b"[" * 900 + b"]" * 900 + b"}",
    "a number of 5000 digits": b'{"caption": ' + b"9" * 5000 + b"}",
    "NaN": b'{"postType": "text", "caption": NaN}',
    "half a surrogate pair": b'{"postType": "text", "caption": "\\ud800", "platforms": ["x"]}',
    "its other half": b'{"postType": "text", "caption": "a \\udc00", "platforms": ["x"]}',
    "surrogate as field": b'{"postType": "text", "caption": "a", "\\ud800": "x"}',
    "surrogate as platform field": b'{"postType": "text", "caption": "a", "platforms": ["x"],'
    b' "platformFields": {"\\ud800": "a"}}',
    "surrogate as zone": b'{"postType": "text", "caption": "a", "platforms": ["x"],'
    b' "timezone": "\\ud800"}',
    "surrogate as mode": b'{"postType": "text", "caption": "a", "publishMode": "\\ud800"}',
}


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN.keys())
def test_a_body_that_is_no_request_is_refused(
    any_organization: OrganizationClient, content: bytes
) -> None:
    """Any bytes get a 400 in the contract's shape, never a 500, and nothing is stored."""
    headers = {"Content-Type": "application/json"}
    answer = any_organization.call("POST", "/publish", content=content, headers=headers)
    expect_error(answer, 400, "INVALID_INPUT")
    assert any_organization.posts() == []


def test_what_is_wrong_with_json_is_said_of_the_body(organization: OrganizationClient) -> None:
    """Broken JSON has no field: the error names the body, in a sentence."""
    headers = {"Content-Type": "application/json"}
    answer = organization.call("POST", "/publish", content=BROKEN["cut off"], headers=headers)
    details = expect_error(answer, 400, "INVALID_INPUT")
    assert list(details) == ["body"]
    assert "JSON" in details["body"]
    assert "jSON" not in answer.text


def test_http_links_need_the_operators_leave(tmp_path: Path) -> None:
    """With allow_private_media an http link is accepted, for tests and local networks."""
    url = f"sqlite:///{tmp_path / 'slotbeat.db'}"
    with run_api(url, allow_private_media=True) as api:
        fields = {"postType": "video", "videoUrl": "http://127.0.0.1:1/a.mp4"}
        post = api.create_organization().publish(publishMode="publish_now", **fields)["socialPost"]
    assert post["status"] == "publishing"
