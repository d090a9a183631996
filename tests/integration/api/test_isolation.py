"""No key reads or changes another organization's data, by any operation of the API."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from services.public_urls import API_PREFIX
from tests.integration.account_factories import add_own_connection, sync_accounts
from tests.integration.api.other_tenant import (
    FUTURE,
    HOOK,
    KEY,
    SAME,
    SECRET_MARKER,
    OtherTenant,
    collect_ids,
    create_other_tenant,
    read_rows,
)
from tests.integration.live_server import ApiServer, OrganizationClient

TEXT = {"postType": "text", "caption": "Mine", "platforms": ["x"]}
GONE = (404,)
WRONG = (400, 404)
OK = (200,)
REFUSED = (403,)
CSV = {"Content-Type": "text/csv"}


@dataclass(frozen=True, slots=True)
class Case:
    """A request with the caller's own key. `{post}` and the like are ids of the other organization.

    `expected`: what may come back.
    """

    path: str
    expected: tuple[int, ...]
    json: dict[str, Any] | None = None
    query: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    content: str | None = None


# By operation: a request on the caller's own data, and each way to name the other's data.
ISOLATION_CASES: dict[str, list[Case]] = {
    "GET /settings": [Case("/settings", OK)],
    "PUT /settings": [
        Case("/settings", OK, {"maxPostsPerSlot": 2}),
        Case("/settings", OK, {"queueSlots": [{"dayOfWeek": 1, "time": "10:00"}]}),
    ],
    "GET /profile": [Case("/profile", OK)],
    "POST /connect": [Case("/connect", OK, {"platform": "x"})],
    "POST /disconnect-account": [Case("/disconnect-account", GONE, {"accountId": "{account}"})],
    "GET /next-slot": [Case("/next-slot", OK)],
    "GET /posts": [
        Case("/posts", OK),
        Case("/posts", OK, query={"search": SECRET_MARKER}),
        Case("/posts", (200, 400), query={"accountId": "{account}"}),
        Case("/posts", (200, 400), query={"cursor": "{cursor}"}),
    ],
    "GET /posts/labels": [Case("/posts/labels", OK)],
    "POST /posts/bulk": [
        Case("/posts/bulk", OK, {"ids": ["{post}", "{job}"], "action": "remove"}),
        Case("/posts/bulk", OK, {"ids": ["{post}"], "action": "add_label", "label": "Mine"}),
    ],
    "GET /posts/{post_id}": [Case("/posts/{post}", GONE), Case("/posts/{job}", GONE)],
    "POST /publish": [
        Case("/publish", OK, TEXT),
        Case("/publish", OK, SAME, headers={"Idempotency-Key": KEY}),
        Case("/publish", OK, {**SAME, "caption": "Mine"}, headers={"Idempotency-Key": f"{KEY}2"}),
        Case("/publish", WRONG, {"accountIds": ["{account}"], **TEXT}),
        Case("/publish", WRONG, {**TEXT, "postType": "photo", "photoUrls": ["{media_url}"]}),
        Case("/publish", WRONG, {**TEXT, "postType": "video", "videoUrl": "{media_url}"}),
    ],
    "POST /posts/{post_id}/duplicate": [
        Case("/posts/{post}/duplicate", GONE),
        Case("/posts/{mine}/duplicate", WRONG, {"photoUrls": ["{media_url}"]}),
    ],
    "POST /edit": [
        Case("/edit", GONE, {"postId": "{post}", "caption": "Mine"}),
        Case("/edit", GONE, {"jobId": "{job}", "caption": "Mine"}),
        Case("/edit", GONE, {"postId": "{post}", "mode": "schedule", "scheduledAt": FUTURE}),
        Case("/edit", GONE, {"postId": "{mine}", "jobId": "{job}", "mode": "draft"}),
        Case("/edit", GONE, {"postId": "{post}", "jobId": "{my_job}", "mode": "draft"}),
    ],
    "POST /remove": [
        Case("/remove", GONE, {"postId": "{post}"}),
        Case("/remove", GONE, {"jobId": "{job}"}),
        Case("/remove", GONE, {"postId": "{mine}", "jobId": "{job}"}),
        Case("/remove", GONE, {"postId": "{post}", "jobId": "{my_job}"}),
    ],
    "POST /posts/{post_id}/retry": [Case("/posts/{post}/retry", GONE)],
    "POST /posts/{post_id}/acknowledge": [Case("/posts/{post}/acknowledge", GONE)],
    "POST /posts/{post_id}/swap": [
        Case("/posts/{post}/swap", GONE, {"with": "{mine}"}),
        Case("/posts/{mine}/swap", GONE, {"with": "{post}"}),
    ],
    "POST /posts/{post_id}/move": [
        Case("/posts/{post}/move", GONE, {"slot": FUTURE}),
        Case("/posts/{job}/move", GONE, {"slot": FUTURE}),
    ],
    "GET /approvals": [Case("/approvals", OK)],
    "POST /posts/{post_id}/approve": [Case("/posts/{pending}/approve", GONE, {})],
    "POST /posts/{post_id}/request-changes": [
        Case("/posts/{pending}/request-changes", GONE, {"comment": "Mine"})
    ],
    "POST /posts/{post_id}/submit": [Case("/posts/{pending}/submit", GONE, {})],
    "POST /posts/{post_id}/reject": [Case("/posts/{pending}/reject", GONE, {"reason": "Mine"})],
    "POST /posts/{post_id}/release": [
        Case("/posts/{post}/release", GONE, {}),
        Case("/posts/{post}/release", GONE, {"nextSlot": True}),
    ],
    "POST /queue/pause": [Case("/queue/pause", OK, {})],
    "POST /queue/resume": [Case("/queue/resume", OK, {})],
    "POST /queue/replan": [
        Case("/queue/replan", OK, {"dryRun": True}),
        Case("/queue/replan", OK, {}),
    ],
    "GET /calendar": [Case("/calendar", OK, query={"from": "2031-05-01", "to": "2031-05-02"})],
    "GET /calendar.ics": [
        Case("/calendar.ics", OK, query={"token": "{my_feed}"}),
        Case("/calendar.ics", WRONG, query={"token": "{theirs}"}),
    ],
    "POST /calendar/feed": [Case("/calendar/feed", OK, {})],
    "DELETE /calendar/feed": [Case("/calendar/feed", OK)],
    "POST /simulate": [Case("/simulate", OK, {"postsPerWeek": 2})],
    "POST /import": [
        Case("/import", OK, headers=CSV, content="key,postType,caption,platforms\na,text,Mine,x\n"),
        Case(
            "/import", OK, headers=CSV,
            content=f"key,postType,caption,platforms\n{KEY},text,Mine,x\n",
        ),
        Case(
            "/import", (207, 400), headers=CSV,
            content="key,postType,caption,platforms,photoUrls\nb,photo,Mine,x,{media_url}\n",
        ),
    ],
    "POST /media": [Case("/media", (200, 400), content="Mine")],
    "GET /media/{media_id}": [Case("/media/{media}", GONE)],
    "DELETE /media/{media_id}": [Case("/media/{media}", GONE)],
    "GET /webhooks": [Case("/webhooks", OK)],
    "POST /webhooks": [Case("/webhooks", OK, {"url": "https://example.com/mine"})],
    "POST /webhooks/{webhook_id}": [Case("/webhooks/{webhook}", GONE, {"isEnabled": False})],
    "DELETE /webhooks/{webhook_id}": [Case("/webhooks/{webhook}", GONE)],
    "GET /webhooks/{webhook_id}/deliveries": [
        Case("/webhooks/{webhook}/deliveries", GONE),
        Case("/webhooks/{my_webhook}/deliveries", (200, 400), query={"cursor": "{delivery}"}),
    ],
    "POST /webhooks/{webhook_id}/deliveries/{delivery_id}/retry": [
        Case("/webhooks/{webhook}/deliveries/{delivery}/retry", GONE),
        Case("/webhooks/{my_webhook}/deliveries/{delivery}/retry", GONE),
    ],
    "POST /webhooks/{webhook_id}/rotate-secret": [Case("/webhooks/{webhook}/rotate-secret", GONE)],
    "GET /keys": [Case("/keys", OK)],
    "POST /keys": [Case("/keys", OK, {"name": "Mine"})],
    "DELETE /keys/{key_id}": [Case("/keys/{key}", GONE, query={"force": "true"})],
    "GET /organizations": [Case("/organizations", REFUSED)],
    "POST /organizations": [Case("/organizations", REFUSED, {"name": "Mine"})],
    "GET /organizations/{organization_id}": [Case("/organizations/{theirs_id}", REFUSED)],
    "POST /organizations/{organization_id}/rename": [
        Case("/organizations/{theirs_id}/rename", REFUSED, {"name": "Mine"})
    ],
    "POST /organizations/{organization_id}/disable": [
        Case("/organizations/{theirs_id}/disable", REFUSED)
    ],
    "POST /organizations/{organization_id}/enable": [
        Case("/organizations/{theirs_id}/enable", REFUSED)
    ],
    "POST /organizations/{organization_id}/delete": [
        Case("/organizations/{theirs_id}/delete", REFUSED, {"name": f"{SECRET_MARKER} Ltd"})
    ],
    "POST /webhooks/{webhook_id}/test": [Case("/webhooks/{webhook}/test", GONE)],
}  # fmt: skip
# These belong to no organization, or need a secret of their own in the query.
WITHOUT_KEY = {"GET /healthz", "GET /readyz", "GET /metrics"}
BY_TOKEN = {"GET /calendar.ics"}


@pytest.fixture(scope="module")
def theirs(request: pytest.FixtureRequest) -> dict[str, OtherTenant]:
    """The other organization, once for each API."""
    del request
    return {}


@pytest.fixture
def other_tenant(any_api: ApiServer, theirs: dict[str, OtherTenant]) -> OtherTenant:
    """The other organization."""
    address = str(any_api.http.base_url)
    if address not in theirs:
        theirs[address] = create_other_tenant(any_api)
    return theirs[address]


@pytest.fixture
def own_tenant(any_api: ApiServer) -> OrganizationClient:
    """The caller's organization, with accounts of its own."""
    made = any_api.create_organization("Mine")
    add_own_connection(made)
    sync_accounts(made, ("x", "OK"))
    return made


def names(own_tenant: OrganizationClient, other_tenant: OtherTenant) -> dict[str, str]:
    """The values of the placeholders in a request."""
    asked = {"publishMode": "schedule", "scheduledAt": FUTURE, "caption": "Mine"}
    post = own_tenant.publish(**asked)["socialPost"]
    hook = own_tenant.call("POST", "/webhooks", json={"url": "https://example.com/mine"}).json()
    feed = own_tenant.call("POST", "/calendar/feed", json={}).json()["url"]
    return {
        **{
            name: getattr(other_tenant, name) for name in OtherTenant.__slots__ if name != "secrets"
        },
        "theirs_id": other_tenant.organization.id,
        "theirs": other_tenant.feed_token[:-2],
        "mine": post["id"],
        "my_job": post["providerJobId"],
        "my_webhook": hook.get("webhook", hook)["id"],
        "my_feed": feed.rpartition("token=")[2],
    }


def filled(value: Any, known: dict[str, str]) -> Any:  # noqa: ANN401
    """A request with its placeholders replaced."""
    if isinstance(value, str):
        for name, text in known.items():
            value = value.replace(f"{{{name}}}", str(text))
        return value
    if isinstance(value, dict):
        return {name: filled(each, known) for name, each in value.items()}
    return [filled(each, known) for each in value] if isinstance(value, list) else value


def send(
    own_tenant: OrganizationClient, operation: str, attempt: Case, known: dict[str, str]
) -> httpx.Response:
    """One request."""
    arguments: dict[str, Any] = {"params": filled(attempt.query, known)}
    if attempt.json is not None:
        arguments["json"] = filled(attempt.json, known)
    if attempt.content is not None:
        arguments["content"] = filled(attempt.content, known)
    method, path = operation.partition(" ")[0], filled(attempt.path, known)
    return own_tenant.call(method, path, headers=filled(attempt.headers, known), **arguments)


def assert_reveals_nothing(answer: httpx.Response, other_tenant: OtherTenant) -> None:
    """A response contains nothing of the other organization, except what the request itself
    sent."""
    asked = f"{answer.request.url} {answer.request.headers} {answer.request.content!r}"
    told = answer.text + str(answer.headers)
    found = {secret for secret in other_tenant.secrets if secret in told and secret not in asked}
    assert found == set(), answer.text


def operations(api: ApiServer) -> dict[str, dict[str, Any]]:
    """Every operation of the document, by its method and path below the prefix."""
    document = api.http.get("/openapi.json").json()
    return {
        f"{method.upper()} {path.removeprefix(API_PREFIX)}": found
        for path, methods in document["paths"].items()
        for method, found in methods.items()
    }


def test_every_operation_is_walked(sqlite_api: ApiServer) -> None:
    """A new operation fails here until it has a request on another organization's data."""
    assert operations(sqlite_api).keys() == ISOLATION_CASES.keys() | WITHOUT_KEY


@pytest.mark.parametrize("operation", ISOLATION_CASES)
def test_nothing_of_theirs_is_seen_or_touched(
    own_tenant: OrganizationClient, other_tenant: OtherTenant, operation: str
) -> None:
    """The other's ids in path, query and body are not found, its organization id is refused, and
    afterwards all its rows are unchanged."""
    database = own_tenant.api.database
    known = names(own_tenant, other_tenant)
    ids = collect_ids(database, other_tenant.organization.id)
    before = read_rows(database, ids)
    for attempt in ISOLATION_CASES[operation]:
        answer = send(own_tenant, operation, attempt, known)
        assert answer.status_code in attempt.expected, answer.text
        assert_reveals_nothing(answer, other_tenant)
        for named in swapped(attempt, other_tenant.organization.id, operation):
            refused = send(own_tenant, operation, named, known)
            assert refused.status_code == 403, refused.text
            assert_reveals_nothing(refused, other_tenant)
    assert read_rows(database, ids) == before
    assert collect_ids(database, other_tenant.organization.id) == ids


def swapped(attempt: Case, organization_id: str, operation: str) -> Iterator[Case]:
    """The same request with the other's organization id, in the query and in the body."""
    if operation in BY_TOKEN or "/organizations" in operation:
        return
    query = {**attempt.query, "organizationId": organization_id}
    yield Case(attempt.path, OK, attempt.json, query, _fresh(attempt.headers, "q"), attempt.content)
    if attempt.json is not None:
        body = {**attempt.json, "organizationId": organization_id}
        yield Case(attempt.path, OK, body, attempt.query, _fresh(attempt.headers, "b"))


def _fresh(headers: dict[str, str], mark: str) -> dict[str, str]:
    """With a new Idempotency-Key: a repeated key would return the stored response."""
    key = {name: value + mark for name, value in headers.items() if name == "Idempotency-Key"}
    return {**headers, **key}


@pytest.mark.parametrize("operation", sorted(WITHOUT_KEY))
def test_what_needs_no_key_tells_of_nobody(
    own_tenant: OrganizationClient, other_tenant: OtherTenant, operation: str
) -> None:
    """Health checks and metrics contain no id, caption, name or URL of an organization."""
    path = operation.removeprefix("GET ")
    for headers in ({}, {"Authorization": f"Bearer {own_tenant.key}"}):
        assert_reveals_nothing(own_tenant.api.http.get(path, headers=headers), other_tenant)


def test_the_walk_would_find_them(other_tenant: OtherTenant) -> None:
    """The other organization's own requests do return the searched texts, so the search works."""
    own = other_tenant.organization
    listed = json.dumps([own.posts(), own.get("/webhooks"), own.get("/profile")])
    assert {SECRET_MARKER, other_tenant.post, other_tenant.webhook, other_tenant.account} <= {
        each for each in other_tenant.secrets if each in listed
    }
    assert HOOK in listed
    rows = read_rows(own.api.database, collect_ids(own.api.database, own.id))
    full = {name for name, found in rows.items() if found}
    assert full >= {
        "organization", "api_key", "social_settings", "queue_slot", "seat", "connection", "account",
        "post", "media", "delivery", "job", "attempt", "webhook_endpoint", "webhook_delivery",
        "stored_file", "idempotency_key",
    }  # fmt: skip
