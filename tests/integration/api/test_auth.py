"""Who may act for which organization."""

from typing import Any

import httpx
import pytest

from services.public_urls import API_PREFIX
from tests.integration.live_server import (
    OPERATOR,
    ApiServer,
    Json,
    OrganizationClient,
    expect_error,
)

NO_ORGANIZATION = "organizationId is required when not using API key"
CALLS = [("GET", "/settings"), ("PUT", "/settings"), ("GET", "/next-slot"), ("GET", "/posts")]
POST = {"postType": "text", "caption": "Hello", "platforms": ["x"]}


def ask(
    api: ApiServer, method: str, path: str, token: str | None, **arguments: Json
) -> httpx.Response:
    """A call with a token, or without credentials."""
    headers = {"Content-Type": "application/json"}
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    if method == "PUT":
        arguments.setdefault("json", {})
    return api.http.request(method, API_PREFIX + path, headers=headers, **arguments)


def named(where: str, id_: str, fields: dict[str, Any]) -> dict[str, Any]:
    """A call's arguments with the organization named in the query or in the body."""
    if where == "query":
        return {"params": {"organizationId": id_}, "json": fields}
    return {"json": {**fields, "organizationId": id_}}


@pytest.mark.parametrize(("method", "path"), CALLS)
def test_without_credentials_the_contracts_sentence_is_answered(
    any_api: ApiServer, method: str, path: str
) -> None:
    """No credentials and no organization: 400 with exactly the sentence of the contract."""
    answer = ask(any_api, method, path, None)
    assert expect_error(answer, 400, "INVALID_INPUT") == {}
    assert answer.json()["error"] == NO_ORGANIZATION


@pytest.mark.parametrize("header", ["Bearer", "Basic c2I6", "sb_alone", "Bearer sb_é"])
def test_a_header_without_a_known_key_opens_nothing(any_api: ApiServer, header: str) -> None:
    """Any Authorization header without a known key is answered with 400 or 401."""
    headers = {b"Authorization": header.encode("latin-1")}
    answer = any_api.http.get(API_PREFIX + "/settings", headers=headers)
    assert answer.status_code in (400, 401), answer.text


@pytest.mark.parametrize(("method", "path"), CALLS)
def test_a_wrong_key_is_unauthorized(
    any_organization: OrganizationClient, method: str, path: str
) -> None:
    """A key that is unknown, or nearly right, is 401, also beside a right organizationId."""
    api = any_organization.api
    for token in ("sb_wrong", any_organization.key[:-1], any_organization.key + "x"):
        assert expect_error(ask(api, method, path, token), 401, "UNAUTHORIZED") == {}
    query = {"organizationId": any_organization.id}
    for wrong in ("sb_wrong", None):
        expect_error(ask(api, method, path, wrong, params=query), 401, "UNAUTHORIZED")


@pytest.mark.parametrize("where", ["query", "body"])
def test_a_key_does_not_open_another_organization(any_api: ApiServer, where: str) -> None:
    """The key of A with the id of B is 403, and neither organization changes."""
    a, b = any_api.create_organization("A"), any_api.create_organization("B")
    before = a.get("/settings"), b.get("/settings")
    sent = named(where, b.id, {"isEnabled": False})
    expect_error(ask(any_api, "PUT", "/settings", a.key, **sent), 403, "FORBIDDEN")
    expect_error(
        ask(any_api, "POST", "/publish", a.key, **named(where, b.id, POST)), 403, "FORBIDDEN"
    )
    assert (a.get("/settings"), b.get("/settings")) == before
    assert a.posts() == b.posts() == []


@pytest.mark.parametrize("token_of", ["key", "operator"])
def test_two_different_organizations_in_one_request_are_refused(
    sqlite_api: ApiServer, token_of: str
) -> None:
    """A in the query and B in the body are contradictory: 400, and nothing changes."""
    a, b = sqlite_api.create_organization("A"), sqlite_api.create_organization("B")
    token = a.key if token_of == "key" else OPERATOR
    both: dict[str, Any] = {"params": {"organizationId": a.id}}
    both["json"] = {"organizationId": b.id, "isEnabled": False}
    answer = ask(sqlite_api, "PUT", "/settings", token, **both)
    assert answer.status_code in (400, 403), answer.text
    assert a.get("/settings")["isEnabled"]
    assert b.get("/settings")["isEnabled"]


@pytest.mark.parametrize("where", ["query", "body"])
def test_a_key_may_name_its_own_organization(
    any_organization: OrganizationClient, where: str
) -> None:
    """The organization's own id beside its key is no contradiction."""
    sent = named(where, any_organization.id, {"maxPostsPerSlot": 2})
    answer = ask(any_organization.api, "PUT", "/settings", any_organization.key, **sent)
    assert (answer.status_code, answer.json()["maxPostsPerSlot"]) == (200, 2)


@pytest.mark.parametrize("where", ["query", "body"])
def test_the_operator_acts_for_the_organization_that_is_named(
    any_api: ApiServer, where: str
) -> None:
    """The operator's token changes the named organization and no other."""
    a, b = any_api.create_organization("A"), any_api.create_organization("B")
    answer = ask(any_api, "PUT", "/settings", OPERATOR, **named(where, a.id, {"isEnabled": False}))
    assert answer.status_code == 200
    assert (a.get("/settings")["isEnabled"], b.get("/settings")["isEnabled"]) == (False, True)
    published = ask(any_api, "POST", "/publish", OPERATOR, **named(where, b.id, POST))
    assert published.status_code == 200
    assert [post["id"] for post in b.posts()] == [published.json()["socialPost"]["id"]]


@pytest.mark.parametrize(("method", "path"), CALLS)
def test_the_operator_must_name_an_organization_that_exists(
    any_api: ApiServer, method: str, path: str
) -> None:
    """The operator's token without an organization is the contract's 400, with a wrong one 404."""
    answer = ask(any_api, method, path, OPERATOR)
    expect_error(answer, 400, "INVALID_INPUT")
    assert answer.json()["error"] == NO_ORGANIZATION
    for unknown in ("nobody", "é" * 300, "' OR 1=1 --"):
        params = {"organizationId": unknown}
        expect_error(ask(any_api, method, path, OPERATOR, params=params), 404, "NOT_FOUND")


@pytest.mark.parametrize("id_", [r"\u0000", r"\ud800"])
def test_an_organization_id_that_no_database_takes_is_not_found(
    any_api: ApiServer, id_: str
) -> None:
    """NUL or an unpaired surrogate in organizationId is a 4xx, not a database error."""
    for token in (OPERATOR, any_api.create_organization().key):
        answer = ask(any_api, "PUT", "/settings", token, content=_json(id_))
        assert answer.status_code in (400, 403, 404), answer.text
    answer = ask(any_api, "GET", "/settings?organizationId=%00", OPERATOR)
    assert answer.status_code in (400, 404), answer.text


def _json(id_: str) -> bytes:
    return f'{{"organizationId": "{id_}"}}'.encode()
