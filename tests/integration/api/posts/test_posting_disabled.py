"""Social posting switched off (`isEnabled` false): what is refused, and what stays allowed."""

import pytest

from services.public_urls import API_PREFIX
from tests.integration.live_server import OPERATOR, Json, OrganizationClient, expect_error

POST_ID = "0" * 32
STARTING: list[tuple[str, Json]] = [
    ("/publish", {"postType": "text", "caption": "Hello", "platforms": ["x"]}),
    ("/connect", {"platform": "x"}),
    ("/edit", {"postId": POST_ID, "mode": "draft"}),
    (f"/posts/{POST_ID}/retry", {}),
    (f"/posts/{POST_ID}/move", {"slot": "2031-05-01T10:00"}),
    (f"/posts/{POST_ID}/swap", {"with": POST_ID[1:]}),
    (f"/posts/{POST_ID}/approve", {}),
    (f"/posts/{POST_ID}/submit", {}),
    (f"/posts/{POST_ID}/release", {}),
    ("/queue/replan", {}),
    ("/queue/resume", {}),
]
ENDING: list[tuple[str, Json, int]] = [
    ("/remove", {"postId": POST_ID}, 404),
    (f"/posts/{POST_ID}/request-changes", {"comment": "No"}, 404),
    (f"/posts/{POST_ID}/reject", {}, 404),
    ("/disconnect-account", {"accountId": "nobody"}, 404),
    ("/queue/pause", {}, 200),
]


@pytest.mark.parametrize(("path", "body"), STARTING)
def test_nothing_is_started(any_organization: OrganizationClient, path: str, body: Json) -> None:
    """403 in the error shape, with an API key and with the operator's token."""
    any_organization.put_settings(isEnabled=False)
    answer = any_organization.call("POST", path, json=body)
    expect_error(answer, 403, "FORBIDDEN")
    assert "isEnabled" in answer.json()["error"]
    headers = {"Authorization": f"Bearer {OPERATOR}"}
    named = {**body, "organizationId": any_organization.id}
    answer = any_organization.api.http.post(API_PREFIX + path, json=named, headers=headers)
    expect_error(answer, 403, "FORBIDDEN")


@pytest.mark.parametrize(("path", "body", "status"), ENDING)
def test_what_stops_or_takes_away_is_allowed(
    organization: OrganizationClient, path: str, body: Json, status: int
) -> None:
    """Requests that stop or remove something work as usual."""
    organization.put_settings(isEnabled=False)
    assert organization.call("POST", path, json=body).status_code == status


@pytest.mark.parametrize("path", ["/settings", "/profile", "/posts", "/next-slot"])
def test_reading_is_allowed(organization: OrganizationClient, path: str) -> None:
    """Reading works, and switching social posting on again."""
    organization.put_settings(isEnabled=False)
    organization.get(path)
    assert organization.put_settings(isEnabled=True)["isEnabled"] is True
    organization.publish()
