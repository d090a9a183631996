"""What keys with fewer scopes may do; every route, future ones too, is in the route table."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from fastapi.routing import APIRoute
from sqlalchemy import select, update

from api.main import ROUTE_MODULES
from models.actors import ALL_SCOPES
from models.store.tenants import api_keys
from models.store.tenants.api_keys import KeyGrant
from models.tables import API_KEY
from services.public_urls import API_PREFIX
from tests.integration.live_server import (
    OPERATOR,
    ApiServer,
    OrganizationClient,
    expect_error,
)
from tests.wait import wait_until

# The only routes that answer a post which waits for approval.
APPROVING = {f"POST /posts/{{post_id}}/{name}" for name in ("approve", "request-changes", "reject")}
# The action in the body says which of two scopes it needs.
BY_BODY = {"POST /posts/bulk"}
# The link of the feed, of a file and the operator's own routes show credentials of their own.
OWN_CREDENTIALS = {"GET /calendar.ics"}


def routes() -> Iterator[tuple[str, str]]:
    """Method and path of every route that takes an organization's key."""
    for module in ROUTE_MODULES:
        for route in module.router.routes:
            assert isinstance(route, APIRoute)
            if route.path.startswith("/organizations"):
                continue
            for method in sorted(route.methods or ()):
                if f"{method} {route.path}" not in OWN_CREDENTIALS | BY_BODY:
                    yield method, route.path


def needed_scopes(method: str, path: str) -> set[str]:
    """The scopes that a key must have, all of them."""
    if path.startswith("/keys"):
        return {*ALL_SCOPES}
    if method == "GET":
        return {"read"}
    return {"approve"} if f"{method} {path}" in APPROVING else {"write"}


def client(organization: OrganizationClient, *scopes: str, **values: Any) -> OrganizationClient:  # noqa: ANN401
    """The organization with a new key that has these scopes."""
    with organization.api.database.write() as session:
        grant = KeyGrant(values.pop("name", "Limited"), scopes, **values)
        _, key = api_keys.create_key(session, organization.id, grant)
    return OrganizationClient(organization.id, key, organization.api)


def is_lacking(answer: httpx.Response) -> set[str]:
    """The scope that a refusal names; none if the answer is no such refusal."""
    message = answer.json().get("message", "") if answer.status_code == 403 else ""
    return set(re.findall("lacks the scope '([a-z]+)'", message))


def test_every_route_needs_its_scope(organization: OrganizationClient) -> None:
    """A key that lacks it is answered 403 that names it, whatever else it has; a key with no more
    than what the route needs is let in."""
    with_one = {each: client(organization, each) for each in ALL_SCOPES}
    without = {
        each: client(organization, *(one for one in ALL_SCOPES if one != each))
        for each in ALL_SCOPES
    }
    tried = 0
    for method, path in routes():
        where = re.sub(r"\{\w+\}", "0" * 32, path)
        needed = needed_scopes(method, path)
        for scope in ALL_SCOPES:
            lacking = is_lacking(without[scope].call(method, where))
            assert lacking == ({scope} & needed), (method, path, scope)
            if len(needed) == 1 and scope in needed:
                assert not is_lacking(with_one[scope].call(method, where)), (method, path)
        tried += 1
    assert tried > 30


def test_nobody_else_answers_for_approvals() -> None:
    """A route whose name says so is one of those that need `approve`."""
    named = {
        f"{method} {path}"
        for method, path in routes()
        if method == "POST" and re.search("approv|reject|request-changes", path)
    }
    assert named == APPROVING


def test_an_action_on_many_posts_needs_its_own_scope(organization: OrganizationClient) -> None:
    """A key that approves does not remove, and one that writes does not approve."""
    posts = [organization.publish()["socialPost"]["id"]]
    writer, approver = client(organization, "write"), client(organization, "approve")
    for action, allowed, refused, scope in (
        ("approve", approver, writer, "approve"),
        ("remove", writer, approver, "write"),
    ):
        body = {"ids": posts, "action": action}
        assert is_lacking(refused.call("POST", "/posts/bulk", json=body)) == {scope}
        assert allowed.call("POST", "/posts/bulk", json=body).status_code == 200
    assert is_lacking(client(organization, "read").call("POST", "/posts/bulk")) == {"write"}


def test_a_body_is_not_read_before_the_scope_is_known(organization: OrganizationClient) -> None:
    """The refusal is the scope's, also where the body is wrong."""
    reader = client(organization, "read")
    answer = reader.call("POST", "/publish", json={"nonsense": 1})
    assert is_lacking(answer) == {"write"}
    assert expect_error(answer, 403, "FORBIDDEN") == {}
    assert organization.posts() == []


def test_a_writers_post_waits_and_only_an_approver_lets_it_go(
    any_organization: OrganizationClient,
) -> None:
    """Where the organization wants approval: `write` does not imply `approve`, and does not switch
    the approval off."""
    any_organization.put_settings(approveApiPosts=True)
    writer = client(any_organization, "read", "write", name="Zapier")
    approver = client(any_organization, "read", "approve", name="Ana")
    post = writer.publish()["socialPost"]
    assert post["status"] == "pending_approval"
    for action in ("approve", "reject"):
        refused = writer.call("POST", f"/posts/{post['id']}/{action}", json={})
        assert is_lacking(refused) == {"approve"}
    refused = writer.call("PUT", "/settings", json={"approveApiPosts": False})
    assert is_lacking(refused) == {"approve"}
    assert any_organization.get("/settings")["approveApiPosts"]
    assert writer.put_settings(approveApiPosts=True, maxPostsPerSlot=2)["maxPostsPerSlot"] == 2
    assert is_lacking(approver.call("POST", "/publish", json={})) == {"write"}
    assert approver.call("POST", f"/posts/{post['id']}/approve", json={}).status_code == 200
    found = any_organization.get(f"/posts/{post['id']}")["post"]
    assert found["createdBy"]["name"] == "Zapier"
    by_step = {each["step"]: each["by"]["name"] for each in found["history"]}
    assert (by_step["accept"], by_step["approve"]) == ("Zapier", "Ana")


def test_an_expired_key_is_like_a_revoked_one(any_organization: OrganizationClient) -> None:
    """401 from the instant of its end on."""
    end = datetime.now(UTC) + timedelta(hours=1)
    holder = client(any_organization, *ALL_SCOPES, expires_at=end)
    assert holder.posts() == []
    with any_organization.api.database.write() as session:
        own = API_KEY.c.key_hash == api_keys.hash_key(holder.key)
        past = datetime.now(UTC) - timedelta(seconds=2)
        session.connection().execute(update(API_KEY).where(own).values(expires_at=past))
    expect_error(holder.call("GET", "/posts"), 401, "UNAUTHORIZED")


def test_the_last_use_is_written_once_an_hour(organization: OrganizationClient) -> None:
    """The first use is written, the next ones are not, and one an hour later is."""

    def last_use() -> datetime | None:
        with organization.api.database.read() as session:
            own = API_KEY.c.organization_id == organization.id
            query = select(API_KEY.c.last_used_at).where(own)
            found: datetime | None = session.connection().execute(query).scalar_one()
            return found

    assert last_use() is None
    organization.posts()
    wait_until(lambda: last_use() is not None, 30, "the first use")
    first = last_use()
    assert first is not None
    organization.posts()
    assert last_use() == first
    long_ago = first - api_keys.USE_INTERVAL
    with organization.api.database.write() as session:
        own = API_KEY.c.organization_id == organization.id
        session.connection().execute(update(API_KEY).where(own).values(last_used_at=long_ago))
    organization.posts()
    wait_until(lambda: last_use() != long_ago, 30, "the use an hour later")


def test_a_key_makes_keys_and_revokes_them(any_organization: OrganizationClient) -> None:
    """The new key is shown once and works at once; revoked it opens nothing. Its maker is named,
    and the last key with all scopes is revoked only by force."""
    body = {"name": "Zapier", "scopes": ["write", "read"], "expiresAt": "2099-06-30"}
    answer = any_organization.call("POST", "/keys", json=body).json()
    made, key = answer["key"], answer["apiKey"]
    assert (made["name"], made["scopes"]) == ("Zapier", ["read", "write"])
    assert made["createdBy"]["name"] == "First key"
    listed = any_organization.call("GET", "/keys")
    assert key not in listed.text
    first, second = listed.json()["keys"]
    assert (first["name"], second["id"]) == ("First key", made["id"])
    zapier = OrganizationClient(any_organization.id, key, any_organization.api)
    assert zapier.posts() == []
    gone = any_organization.call("DELETE", f"/keys/{made['id']}").json()["key"]
    assert (gone["status"], zapier.call("GET", "/posts").status_code) == ("revoked", 401)
    refused = any_organization.call("DELETE", f"/keys/{first['id']}")
    expect_error(refused, 409, "CONFLICT")
    assert any_organization.call("DELETE", f"/keys/{first['id']}?force=true").status_code == 200
    expect_error(any_organization.call("GET", "/keys"), 401, "UNAUTHORIZED")


def test_a_wrong_key_is_refused_by_field(organization: OrganizationClient) -> None:
    """Each field says what would be right; nothing is made."""
    good = {"name": "Ana"}
    wrong: list[tuple[str, dict[str, object]]] = [
        ("name", {"name": " "}),
        ("name", {"name": "x" * 101}),
        ("scopes", {**good, "scopes": []}),
        ("scopes[0]", {**good, "scopes": ["publish"]}),
        ("expiresAt", {**good, "expiresAt": "2020-01-01"}),
        ("expiresAt", {**good, "expiresAt": "tomorrow"}),
    ]
    for field, body in wrong:
        answer = organization.call("POST", "/keys", json=body)
        assert list(expect_error(answer, 400, "INVALID_INPUT")) == [field], body
    assert len(organization.get("/keys")["keys"]) == 1


def test_keys_of_another_organization_are_out_of_reach(sqlite_api: ApiServer) -> None:
    """Neither shown nor revoked; the operator's token reaches those of the one that it names, and
    is named as their maker."""
    a, b = sqlite_api.create_organization("A"), sqlite_api.create_organization("B")
    (key_of_b,) = b.get("/keys")["keys"]
    expect_error(a.call("DELETE", f"/keys/{key_of_b['id']}?force=true"), 404, "NOT_FOUND")
    answer = sqlite_api.http.post(
        f"{API_PREFIX}/keys",
        params={"organizationId": b.id},
        json={"name": "Ana"},
        headers={"Authorization": f"Bearer {OPERATOR}"},
    )
    assert answer.json()["key"]["createdBy"]["kind"] == "operator"
    assert [each["name"] for each in b.get("/keys")["keys"]] == ["First key", "Ana"]
    assert [each["name"] for each in a.get("/keys")["keys"]] == ["First key"]
