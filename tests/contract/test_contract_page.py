"""Sends every sample of the contract page unchanged and compares the answers with the page.

Only the dates differ: those of the page are past. The sample hosts are not contacted, because
media is fetched by the worker, which does not run here.
"""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.contract import response_shapes
from tests.contract.contract_client import PREFIX, ContractClient
from tests.contract.response_shapes import expect_success
from tests.integration.account_factories import add_own_connection, sync_accounts
from tests.integration.live_server import OPERATOR, ApiServer, OrganizationClient

ZONE = "America/New_York"
FUTURE = "2031-05-01T15:00:00.000Z"
SAMPLE_SETTINGS = {
    "isEnabled": True,
    "approveApiPosts": True,
    "defaultTimezone": "America/New_York",
    "defaultPlatforms": ["youtube", "facebook"],
    "queueSlots": [{"dayOfWeek": 1, "time": "10:00"}],
    "maxPostsPerSlot": 1,
    "maxShortsOfSameVideo": 0,
    "maxShortsPerWeek": 10,
    "minimumVideoDurationSeconds": 30,
    "processOnlyPlaylistId": None,
}
SAMPLE_VIDEO = {
    "postType": "video",
    "caption": "Check this out",
    "videoUrl": "https://cdn.example.com/clip.mp4",
    "platforms": ["youtube", "facebook"],
    "publishMode": "publish_now",
    "timezone": "America/New_York",
}
SAMPLE_TEXT = {
    "postType": "text",
    "caption": "Hello from the API",
    "platforms": ["facebook"],
    "publishMode": "publish_now",
}
PHOTO = "https://cdn.example.com/one.jpg"
SAMPLES = {
    "video": SAMPLE_VIDEO,
    "text": SAMPLE_TEXT,
    "photo": {"postType": "photo", "caption": "Look", "photoUrls": [PHOTO] * 3},
    "document": {
        "postType": "document",
        "caption": "Read",
        "documentUrl": "https://cdn.example.com/report.pdf",
        "platforms": ["linkedin"],
    },
}
NO_ORGANIZATION = "organizationId is required when not using API key"


@pytest.fixture
def any_organization(any_api: ApiServer) -> OrganizationClient:
    """A new organization with a connection of its own."""
    made = any_api.create_organization()
    add_own_connection(made)
    return made


@pytest.fixture
def any_client(any_organization: OrganizationClient) -> ContractClient:
    """A client with an API key: once on SQLite, once on PostgreSQL."""
    return ContractClient(any_organization.api.http, any_organization.key)


@pytest.fixture
def client(sqlite_api: ApiServer) -> ContractClient:
    """A client with an API key, on SQLite."""
    return ContractClient(sqlite_api.http, sqlite_api.create_organization().key)


def scheduled(client: ContractClient, **fields: Any) -> dict[str, Any]:  # noqa: ANN401
    """Publish a post scheduled for FUTURE."""
    sample = {**SAMPLE_TEXT, "publishMode": "schedule", "scheduledAt": FUTURE, **fields}
    found: dict[str, Any] = expect_success(client.publish(**sample), response_shapes.PUBLISHED)[
        "socialPost"
    ]
    return found


def refusal(answer: Any, status: int = 400) -> str:  # noqa: ANN401
    """Assert that an answer is an error in the page's shape; returns its sentence."""
    assert answer.status_code == status, answer.text
    sentence = answer.json()["error"]
    assert isinstance(sentence, str)
    assert sentence
    return sentence


def test_settings_that_nobody_wrote_have_the_default_shape(any_client: ContractClient) -> None:
    """Every field of the page and no other, without a rule."""
    settings = expect_success(any_client.get_settings(), response_shapes.SETTINGS)
    assert settings.keys() == response_shapes.SETTINGS.keys()
    assert settings["queueSlots"] == []


def test_the_samples_settings_come_back_as_they_were_sent(any_client: ContractClient) -> None:
    """PUT and the GET after it return the complete settings."""
    assert (
        expect_success(any_client.update_settings(**SAMPLE_SETTINGS), response_shapes.SETTINGS)
        == SAMPLE_SETTINGS
    )
    assert expect_success(any_client.get_settings(), response_shapes.SETTINGS) == SAMPLE_SETTINGS


@pytest.mark.parametrize("name", SAMPLE_SETTINGS)
def test_each_field_may_be_sent_alone(client: ContractClient, name: str) -> None:
    """All fields are optional: a field that is not sent keeps its value."""
    before = expect_success(client.get_settings(), response_shapes.SETTINGS)
    after = expect_success(
        client.update_settings(**{name: SAMPLE_SETTINGS[name]}), response_shapes.SETTINGS
    )
    assert after == {**before, name: SAMPLE_SETTINGS[name]}


def test_a_profile_without_accounts(client: ContractClient) -> None:
    """Exactly the page's answer."""
    assert expect_success(client.profile(), response_shapes.PROFILE) == {
        "connected": False,
        "profileId": None,
        "connectedAccounts": [],
        "accountLinks": [],
    }


def test_connect_profile_and_disconnect(
    any_organization: OrganizationClient, any_client: ContractClient
) -> None:
    """Connect returns a link, the profile lists the accounts with ids, disconnect removes one."""
    sample = {"platform": "facebook", "redirectUrl": "https://your-app.com/social-callback"}
    begun = expect_success(any_client.connect(**sample), response_shapes.CONNECT)
    assert begun["platform"] == "facebook"
    assert begun["access_url"].startswith(("https://", "http://"))
    expect_success(any_client.connect(platform="youtube"), response_shapes.CONNECT)
    sync_accounts(any_organization, ("facebook", "OK"), ("youtube", "OK"))
    profile = expect_success(any_client.profile(), response_shapes.PROFILE)
    assert profile["connected"] is True
    assert profile["profileId"] == begun["profileId"]
    assert profile["connectedAccounts"] == ["facebook", "youtube"]
    links = {each["platform"]: each["accountId"] for each in profile["accountLinks"]}
    assert any_client.disconnect_account(accountId=links["facebook"]).json() == {"ok": True}
    after = expect_success(any_client.profile(), response_shapes.PROFILE)
    assert after["connectedAccounts"] == ["youtube"]
    assert [each["accountId"] for each in after["accountLinks"]] == [links["youtube"]]


def test_next_slots_follow_the_rules(client: ContractClient) -> None:
    """The answer has the zone, and Mondays at 10:00 there; `nextSlot` is the first of them."""
    assert expect_success(client.next_slot(), response_shapes.NEXT_SLOT)["nextSlot"] is None
    client.update_settings(**SAMPLE_SETTINGS)
    found = expect_success(client.next_slot(), response_shapes.NEXT_SLOT)
    assert found["timezone"] == ZONE
    assert found["nextSlot"] == found["nextSlots"][0]
    slots = [datetime.fromisoformat(each) for each in found["nextSlots"]]
    assert slots == sorted(set(slots))
    local = {each.astimezone(ZoneInfo(ZONE)).strftime("%A %H:%M") for each in slots}
    assert local == {"Monday 10:00"}
    assert slots[1] - slots[0] in (timedelta(weeks=1) + timedelta(hours=n) for n in (-1, 0, 1))
    asked = expect_success(client.next_slot(timezone="Europe/Paris"), response_shapes.NEXT_SLOT)
    assert asked["timezone"] == "Europe/Paris"


@pytest.mark.parametrize("post_type", SAMPLES)
@pytest.mark.parametrize("mode", ["draft", "publish_now", "schedule", "next_slot", None])
def test_every_post_type_in_every_mode(
    any_client: ContractClient, post_type: str, mode: str | None
) -> None:
    """The answer has the post, its job and its instant, and the list has it with every field.
    Without platforms, the organization's default platforms apply."""
    any_client.update_settings(**{**SAMPLE_SETTINGS, "approveApiPosts": False})
    any_client.update_settings(defaultPlatforms=["facebook"])
    sample = {**SAMPLES[post_type], "publishMode": mode}
    if mode is None:
        del sample["publishMode"]
    if mode in ("draft", "schedule"):
        sample["scheduledAt"] = FUTURE
    answer = expect_success(any_client.publish(**sample), response_shapes.PUBLISHED)
    made = answer["socialPost"]
    assert answer["providerPostId"] == made["providerJobId"]
    statuses = {"draft": "draft", "publish_now": "publishing"}
    assert made["status"] == statuses.get(mode or "", "scheduled")
    if mode in ("draft", "schedule"):
        assert made["scheduledFor"] == FUTURE
    elif mode != "publish_now":
        first = datetime.fromisoformat(made["scheduledFor"]).astimezone(ZoneInfo(ZONE))
        assert (first.isoweekday(), first.hour) == (1, 10)
    (listed,) = expect_success(any_client.posts(), response_shapes.POSTS)["posts"]
    assert listed["id"] == made["id"]
    assert listed["providerJobId"] == made["providerJobId"]
    assert listed["caption"] == sample["caption"]
    assert listed["platforms"] == sample.get("platforms", ["facebook"])
    assert listed["title"] is None
    assert listed["providerError"] is None
    assert listed["isPublishedOnPlatform"] is False
    assert (listed["previewUrl"] is None) == (post_type == "text")


def test_posts_come_most_recent_first(any_client: ContractClient) -> None:
    """The last accepted post is first; without posts the list is empty."""
    assert expect_success(any_client.posts(), response_shapes.POSTS) == {"posts": []}
    made = [scheduled(any_client, caption=f"Post {number}")["id"] for number in range(3)]
    listed = expect_success(any_client.posts(), response_shapes.POSTS)["posts"]
    assert [each["id"] for each in listed] == made[::-1]
    assert {each["status"] for each in listed} == {"scheduled"}
    assert {each["scheduledFor"] for each in listed} == {FUTURE}


@pytest.mark.parametrize(("name", "field"), [("postId", "id"), ("jobId", "providerJobId")])
def test_edit_by_either_id(any_client: ContractClient, name: str, field: str) -> None:
    """Edit instant, caption and mode of a post, found by its id or by the id of its job."""
    made = scheduled(any_client)
    which, later = {name: made[field]}, "2032-05-01T15:00:00.000Z"
    answer = any_client.edit(**which, mode="schedule", scheduledAt=later)
    assert expect_success(answer, response_shapes.CHANGED)["post"] == {
        "id": made["id"],
        "status": "scheduled",
        "scheduledFor": later,
    }
    expect_success(any_client.edit(**which, caption="Better"), response_shapes.CHANGED)
    assert (
        expect_success(any_client.posts(), response_shapes.POSTS)["posts"][0]["caption"] == "Better"
    )
    answer = any_client.edit(**which, mode="draft")
    assert expect_success(answer, response_shapes.CHANGED)["post"]["status"] == "draft"


@pytest.mark.parametrize(("name", "field"), [("postId", "id"), ("jobId", "providerJobId")])
def test_remove_by_either_id(any_client: ContractClient, name: str, field: str) -> None:
    """The page's answer: cancelled, with no instant."""
    made = scheduled(any_client)
    answer = expect_success(any_client.remove(**{name: made[field]}), response_shapes.CHANGED)
    assert answer["post"] == {"id": made["id"], "status": "cancelled", "scheduledFor": None}


def test_the_first_curl_example(any_organization: OrganizationClient) -> None:
    """An API key, no organizationId, the unchanged body of the page."""
    data = """{
        "postType": "text",
        "caption": "Hello from the API",
        "platforms": ["facebook"],
        "publishMode": "publish_now"
    }"""
    expect_success(_curl(any_organization, any_organization.key, data), response_shapes.PUBLISHED)


def test_the_second_curl_example(any_organization: OrganizationClient) -> None:
    """Another token, with the organization in the body or in the query."""
    body = {"organizationId": any_organization.id, **SAMPLE_TEXT}
    expect_success(_curl(any_organization, OPERATOR, json.dumps(body)), response_shapes.PUBLISHED)
    query = f"?organizationId={any_organization.id}"
    expect_success(
        _curl(any_organization, OPERATOR, json.dumps(SAMPLE_TEXT), query), response_shapes.PUBLISHED
    )
    assert len(any_organization.posts()) == 2


def _curl(organization: OrganizationClient, token: str, data: str, query: str = "") -> Any:  # noqa: ANN401
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    address = f"{PREFIX}/publish{query}"
    return organization.api.http.post(address, content=data, headers=headers)


CALLS: dict[str, Callable[[ContractClient], Any]] = {
    "GET settings": lambda client: client.get_settings(),
    "PUT settings": lambda client: client.update_settings(maxPostsPerSlot=2),
    "profile": lambda client: client.profile(),
    "connect": lambda client: client.connect(platform="facebook"),
    "disconnect-account": lambda client: client.disconnect_account(accountId="acc_1"),
    "next-slot": lambda client: client.next_slot(),
    "posts": lambda client: client.posts(),
    "publish": lambda client: client.publish(**SAMPLE_TEXT),
    "edit": lambda client: client.edit(postId="post_id", caption="Better"),
    "remove": lambda client: client.remove(postId="post_id"),
}


@pytest.mark.parametrize("name", CALLS)
def test_without_key_and_organization_the_pages_400(any_api: ApiServer, name: str) -> None:
    """Every endpoint returns exactly this text without credentials, and with a token alone. With an
    organization in query or body, the operator's token is accepted by all of them."""
    for token in (None, OPERATOR):
        answer = CALLS[name](ContractClient(any_api.http, token))
        assert answer.status_code == 400, answer.text
        assert answer.json()["error"] == NO_ORGANIZATION
    operator = ContractClient(any_api.http, OPERATOR, any_api.create_organization().id)
    answer = CALLS[name](operator)
    named = name in ("edit", "remove", "disconnect-account")  # sample ids that nobody has
    assert answer.status_code == (404 if named else 200), answer.text


@pytest.mark.parametrize(
    "wrong",
    [
        {"postType": "video"},
        {"postType": "photo"},
        {"postType": "photo", "photoUrls": []},
        {"postType": "photo", "photoUrls": [PHOTO] * 21},
        {"postType": "document"},
        {"caption": ""},
        {"postType": "story"},
        {"publishMode": "schedule"},
        {"publishMode": "schedule", "scheduledAt": ""},
        {"publishMode": "tomorrow"},
        {"platforms": ["myspace"]},
        {"timezone": "Mars/Base"},
        {"platformFields": {"youtubeMadeForKids": True}},
    ],
    ids=str,
)
def test_what_the_page_calls_invalid_is_a_400(
    client: ContractClient, wrong: dict[str, Any]
) -> None:
    """The error has a sentence, and no post is accepted."""
    refusal(client.publish(**{**SAMPLE_TEXT, **wrong}))
    assert expect_success(client.posts(), response_shapes.POSTS)["posts"] == []


def test_edit_and_remove_need_what_the_page_says(client: ContractClient) -> None:
    """One of the two ids; an instant for a schedule; an id that exists."""
    made = scheduled(client)
    refusal(client.edit(caption="Whose?"))
    refusal(client.edit(postId=made["id"], mode="schedule"))
    refusal(client.edit(postId=made["id"], mode="later"))
    refusal(client.remove())
    refusal(client.remove(postId="post_id"), 404)
    refusal(client.edit(jobId="job_id", caption="Better"), 404)


def test_a_feature_that_is_off_is_a_403(client: ContractClient) -> None:
    """With isEnabled false publish is refused; settings and list can be read."""
    client.update_settings(isEnabled=False)
    refusal(client.publish(**SAMPLE_TEXT), 403)
    assert expect_success(client.get_settings(), response_shapes.SETTINGS)["isEnabled"] is False
    expect_success(client.posts(), response_shapes.POSTS)


def test_posts_that_need_approval_wait_for_it(client: ContractClient) -> None:
    """With approveApiPosts a post is accepted, but not scheduled yet."""
    client.update_settings(**SAMPLE_SETTINGS)
    made = expect_success(client.publish(**SAMPLE_VIDEO), response_shapes.PUBLISHED)["socialPost"]
    assert made["status"] == "pending_approval"
