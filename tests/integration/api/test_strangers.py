"""What somebody without a key gets from each operation, and how its answers are marked."""

import re
from typing import Any

import pytest

from api.openapi import document
from services.public_urls import API_PREFIX
from tests.integration.live_server import OPERATOR, ApiServer, OrganizationClient, expect_error
from tests.integration.ui.browser_client import HTML

JSON = {"Content-Type": "application/json"}
# Their secret is in the query, or they have none.
OPEN = {"/healthz", "/readyz", "/metrics", f"{API_PREFIX}/calendar.ics"}


def operations(api: ApiServer) -> list[tuple[str, str]]:
    """Every operation that needs a key: method and path, with ids filled in."""
    told: dict[str, dict[str, Any]] = api.http.get("/openapi.json").json()["paths"]
    return [
        (method.upper(), re.sub(r"\{\w+\}", "0" * 32, path))
        for path, item in told.items()
        for method in item.keys() & set(document._METHODS)
        if path not in OPEN
    ]


@pytest.mark.parametrize("token", [None, "sb_wrong"])
def test_a_strangers_body_is_not_parsed_by_any_operation(
    sqlite_api: ApiServer, token: str | None
) -> None:
    """A broken body gets the answer of no body: a stranger is told who he is not, and nothing of
    what he sent."""
    for method, path in operations(sqlite_api):
        headers = {**JSON, **({"Authorization": f"Bearer {token}"} if token else {})}
        answer = sqlite_api.http.request(method, path, content=b'{"a": ', headers=headers)
        is_known_by_token = token is not None or path.startswith(f"{API_PREFIX}/organizations")
        status, code = (401, "UNAUTHORIZED") if is_known_by_token else (400, "INVALID_INPUT")
        assert expect_error(answer, status, code) == {}
        assert answer.headers["connection"] == "close"


def test_no_address_ends_with_a_slash_that_is_not_its_own(
    organization: OrganizationClient,
) -> None:
    """No redirect, which would lead to the Host header of the request: such an address does not
    exist, for pages as for the API."""
    hostile = {"Host": "evil.example", **HTML, "Authorization": f"Bearer {organization.key}"}
    http = organization.api.http
    paths = [path for _, path in operations(organization.api)]
    for path in ("/sign-in", "/accounts", "/healthz", *paths):
        answer = http.get(f"{path}/", headers=hostile)
        assert answer.status_code in (404, 405), path
        assert "evil.example" not in str(answer.headers) + answer.text


def test_answers_are_not_kept(organization: OrganizationClient) -> None:
    """JSON, errors too, is not stored by anybody, and its type is not guessed."""
    created = organization.call("POST", "/webhooks", json={"url": "https://example.com/hook"})
    for answer in (created, organization.call("GET", "/posts/nothing"), _stranger(organization)):
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "strict-transport-security" not in answer.headers


def _stranger(organization: OrganizationClient) -> Any:  # noqa: ANN401
    return organization.api.http.get(f"{API_PREFIX}/settings")


@pytest.mark.parametrize("token_of", ["key", "operator"])
def test_an_organization_that_is_named_twice_must_be_the_same(
    organization: OrganizationClient, token_of: str
) -> None:
    """Two values of organizationId in the query are 400, in either order; the same twice is not."""
    api, other = organization.api, organization.api.create_organization("B")
    headers = {
        "Authorization": f"Bearer {OPERATOR if token_of == 'operator' else organization.key}"
    }
    both = [("organizationId", organization.id), ("organizationId", other.id)]
    for query in (both, both[::-1]):
        answer = api.http.get(f"{API_PREFIX}/settings", params=dict_list(query), headers=headers)
        expect_error(answer, 400, "INVALID_INPUT")
    same = api.http.get(
        f"{API_PREFIX}/settings", params=dict_list([both[0], both[0]]), headers=headers
    )
    assert same.status_code == 200


def dict_list(pairs: list[tuple[str, str]]) -> dict[str, list[str]]:
    """The pairs of a query, with all values of a name."""
    return {name: [text for other, text in pairs if other == name] for name, _ in pairs}
