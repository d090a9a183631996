"""Swonkie's responses: tolerant where its documents contradict, and never a crash."""

from datetime import UTC, datetime
from typing import Any

import pytest

from provider.errors import OutcomeUnknown, ProviderError, Retry
from provider.protocol import MediaState, RemoteStage
from provider.swonkie import responses

PROFILE = {
    "id": "S+/w==",
    "name": "Brand",
    "username": "brand",
    "net": {"name": "Facebook", "code": "facebook"},
    "statusLevel": "OK",
}


@pytest.mark.parametrize("name", [None, "data", "items", "profiles", "posts", "results"])
def test_a_list_comes_bare_or_in_any_envelope(name: str | None) -> None:
    """The documents do not say, so each form is accepted; an empty list is a list."""
    for content in ([PROFILE], []):
        assert responses.parse_items(content if name is None else {name: content}) == content


def test_the_list_that_was_asked_for_comes_first() -> None:
    """A response may have other lists beside it."""
    body: dict[str, Any] = {"profiles": [PROFILE], "posts": [], "data": {"posts": [{"id": "p"}]}}
    assert responses.parse_items(body, "posts") == []
    assert responses.parse_items(body, "profiles") == [PROFILE]
    assert responses.parse_items({"data": {"profiles": [PROFILE], "posts": []}}, "posts") == []


@pytest.mark.parametrize("body", [None, {}, "text", 7, {"data": {"a": 1}}, {"data": None}])
def test_what_is_no_list_is_asked_for_again(body: Any) -> None:  # noqa: ANN401
    """A response without a list is no empty list: it proves nothing."""
    with pytest.raises(Retry):
        responses.parse_items(body)


@pytest.mark.parametrize(
    "more",
    [{"error": "timeout"}, {"errors": ["shard 2 is away"]}, {"success": False}, {"ok": False}],
)
def test_a_list_with_an_error_is_asked_for_again(more: dict[str, Any]) -> None:
    """A list beside an error may be a part: that something is not in it proves nothing."""
    with pytest.raises(Retry):
        responses.parse_items({"data": [PROFILE], **more})
    harmless: dict[str, Any] = {"error": None, "errors": [], "success": True}
    assert responses.parse_items({"data": [PROFILE], **harmless}) == [PROFILE]


@pytest.mark.parametrize("body", [["text"], {"data": [None]}, {"data": [{"name": "no id"}]}])
def test_a_list_of_nonsense_stays_in_the_error_tree(body: Any) -> None:  # noqa: ANN401
    """Invalid items raise a provider error, not a KeyError that stops the worker."""
    with pytest.raises(ProviderError):
        [responses.parse_profile(item) for item in responses.parse_items(body)]


def test_a_profile_is_read() -> None:
    """Id, names and level unchanged, the network in our terms."""
    found = responses.parse_profile(PROFILE)
    assert (found.id, found.platform, found.name) == ("S+/w==", "facebook", "Brand")
    assert (found.username, found.status_level) == ("brand", "OK")


@pytest.mark.parametrize(
    ("net", "platform"),
    [
        ({"code": "LinkedIn"}, "linkedin"),
        ({"name": "TikTok"}, "tiktok"),
        ({"code": "twitter"}, "x"),
        ({"code": "x"}, "x"),
        ({"name": "Google My Business"}, "gmb"),
        ({"code": "googleMyBusiness"}, "gmb"),
        ("facebook", "facebook"),
        (None, ""),
    ],
)
def test_networks_are_known_by_any_of_their_names(net: Any, platform: str) -> None:  # noqa: ANN401
    """Code or name, in any case; an account without a network gets no posts."""
    assert responses.parse_profile({**PROFILE, "net": net}).platform == platform


@pytest.mark.parametrize("body", [{"id": "m"}, {"mediaId": "m"}, {"id": "m", "mediaId": "n"}])
def test_a_media_id_has_two_names(body: dict[str, str]) -> None:
    """Some documents have `id`, some `mediaId`."""
    assert responses.parse_media_id(body) == "m"


@pytest.mark.parametrize("body", [None, {}, [], "m", {"id": ""}])
def test_a_media_without_an_id_is_announced_again(body: Any) -> None:  # noqa: ANN401
    """Announcing may be repeated."""
    with pytest.raises(Retry):
        responses.parse_media_id(body)


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("SUCCESS", MediaState.READY),
        ("success", MediaState.READY),
        ("UPLOADING", MediaState.PENDING),
        ("PROCESSING", MediaState.PENDING),
        ("SOMETHING_NEW", MediaState.PENDING),
        (None, MediaState.PENDING),
        ("ERROR", MediaState.FAILED),
        ("ARCHIVED", MediaState.GONE),
    ],
)
def test_a_media_status_is_read(status: str | None, state: MediaState) -> None:
    """An undocumented status counts as pending."""
    assert responses.parse_readiness({"id": "m", "status": status}).state is state


@pytest.mark.parametrize("body", [None, [], "text"])
def test_a_media_that_is_none_is_asked_for_again(body: Any) -> None:  # noqa: ANN401
    """An empty 200 is a provider error, not an AttributeError."""
    with pytest.raises(ProviderError):
        responses.parse_readiness(body)


@pytest.mark.parametrize(
    ("raw", "stage"),
    [
        *[(raw, RemoteStage.DRAFT) for raw in ("IDEA", "DRAFT", "TEAM_REVIEW", "CLIENT_APPROVED")],
        ("SCHEDULED", RemoteStage.SCHEDULED),
        ("PUBLISHING", RemoteStage.PUBLISHING),
        ("PUBLISHED", RemoteStage.PUBLISHED),
        ("ERROR", RemoteStage.FAILED),
        ("ARCHIVE", RemoteStage.OTHER),
        ("SOMETHING_NEW", RemoteStage.OTHER),
        ("", RemoteStage.OTHER),
    ],
)
def test_a_stage_is_read(raw: str, stage: RemoteStage) -> None:
    """All documented stages, and OTHER for all others."""
    found = responses.parse_post({"id": "p", "stage": raw, "publishAt": "2026-01-31T11:30:00.000Z"})
    assert (found.stage, found.raw_stage) == (stage, raw)
    assert found.publish_at == datetime(2026, 1, 31, 11, 30, tzinfo=UTC)


def test_the_outcome_is_the_profiles() -> None:
    """A refusal by the network counts, whatever the post's own stage; a link is stored."""
    refused = {"publishStatus": "error", "publishError": "too long"}
    found = responses.parse_post({"id": "p", "stage": "PUBLISHED", "profiles": [refused]})
    assert (found.stage, found.error) == (RemoteStage.FAILED, "too long")
    out = {"publishStatus": "PUBLISHED", "permalink": "https://x.example/1"}
    found = responses.parse_post({"id": "p", "stage": "PUBLISHED", "profiles": [out]})
    assert (found.stage, found.link, found.error) == (
        RemoteStage.PUBLISHED,
        "https://x.example/1",
        None,
    )


@pytest.mark.parametrize("body", [None, {}, [], "p", {"success": True}, {"id": None}])
def test_no_post_is_no_news(body: Any) -> None:  # noqa: ANN401
    """A response without the post leaves the outcome unknown."""
    with pytest.raises(OutcomeUnknown):
        responses.parse_post(body)
