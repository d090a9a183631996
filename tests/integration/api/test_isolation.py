"""No key sees or touches anything of another organization: every operation of the API, walked."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from api.main import PREFIX
from tests.integration.api.connected import add_own_workspace, sync_accounts
from tests.integration.api.serving import ApiServer, OrganizationClient
from tests.integration.api.theirs import (
    FUTURE,
    HOOK,
    KEY,
    SECRET_MARKER,
    SAME,
    OtherTenant,
    create_other_tenant,
    collect_ids,
    read_rows,
)

TEXT = {"postType": "text", "caption": "Mine", "platforms": ["x"]}
GONE = (404,)
WRONG = (400, 404)
OK = (200,)
CSV = {"Content-Type": "text/csv"}


@dataclass(frozen=True, slots=True)
class IsolationCase:
    """A request with one's own key. `{post}` and the like stand for ids of theirs.

    `expected`: what may come back.
    """

    path: str
    expected: tuple[int, ...]
    json: dict[str, Any] | None = None
    query: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    content: str | None = None


# By operation: what one can do with one's own, and each way to name something of theirs.
ISOLATION_CASES: dict[str, list[IsolationCase]] = {
    "GET /settings": [IsolationCase("/settings", OK)],
    "PUT /settings": [
        IsolationCase("/settings", OK, {"maxPostsPerSlot": 2}),
        IsolationCase("/settings", OK, {"queueSlots": [{"dayOfWeek": 1, "time": "10:00"}]}),
    ],
    "GET /profile": [IsolationCase("/profile", OK)],
    "POST /connect": [IsolationCase("/connect", OK, {"platform": "x"})],
    "POST /disconnect-account": [IsolationCase("/disconnect-account", GONE, {"accountId": "{account}"})],
    "GET /next-slot": [IsolationCase("/next-slot", OK)],
    "GET /posts": [
        IsolationCase("/posts", OK),
        IsolationCase("/posts", OK, query={"search": SECRET_MARKER}),
        IsolationCase("/posts", (200, 400), query={"accountId": "{account}"}),
        IsolationCase("/posts", (200, 400), query={"cursor": "{cursor}"}),
    ],
    "GET /posts/{post_id}": [IsolationCase("/posts/{post}", GONE), IsolationCase("/posts/{job}", GONE)],
    "POST /publish": [
        IsolationCase("/publish", OK, TEXT),
        IsolationCase("/publish", OK, SAME, headers={"Idempotency-Key": KEY}),
        IsolationCase("/publish", OK, {**SAME, "caption": "Mine"}, headers={"Idempotency-Key": f"{KEY}2"}),
        IsolationCase("/publish", WRONG, {"accountIds": ["{account}"], **TEXT}),
        IsolationCase("/publish", WRONG, {**TEXT, "postType": "photo", "photoUrls": ["{media_url}"]}),
        IsolationCase("/publish", WRONG, {**TEXT, "postType": "video", "videoUrl": "{media_url}"}),
    ],
    "POST /edit": [
        IsolationCase("/edit", GONE, {"postId": "{post}", "caption": "Mine"}),
        IsolationCase("/edit", GONE, {"jobId": "{job}", "caption": "Mine"}),
        IsolationCase("/edit", GONE, {"postId": "{post}", "mode": "schedule", "scheduledAt": FUTURE}),
        IsolationCase("/edit", GONE, {"postId": "{mine}", "jobId": "{job}", "mode": "draft"}),
        IsolationCase("/edit", GONE, {"postId": "{post}", "jobId": "{my_job}", "mode": "draft"}),
    ],
    "POST /remove": [
        IsolationCase("/remove", GONE, {"postId": "{post}"}),
        IsolationCase("/remove", GONE, {"jobId": "{job}"}),
        IsolationCase("/remove", GONE, {"postId": "{mine}", "jobId": "{job}"}),
        IsolationCase("/remove", GONE, {"postId": "{post}", "jobId": "{my_job}"}),
    ],
    "POST /posts/{post_id}/retry": [IsolationCase("/posts/{post}/retry", GONE)],
    "POST /posts/{post_id}/move": [
        IsolationCase("/posts/{post}/move", GONE, {"slot": FUTURE}),
        IsolationCase("/posts/{job}/move", GONE, {"slot": FUTURE}),
    ],
    "POST /posts/{post_id}/approve": [IsolationCase("/posts/{pending}/approve", GONE, {})],
    "POST /posts/{post_id}/reject": [IsolationCase("/posts/{pending}/reject", GONE, {"reason": "Mine"})],
    "POST /posts/{post_id}/release": [
        IsolationCase("/posts/{post}/release", GONE, {}),
        IsolationCase("/posts/{post}/release", GONE, {"nextSlot": True}),
    ],
    "POST /queue/pause": [IsolationCase("/queue/pause", OK, {})],
    "POST /queue/resume": [IsolationCase("/queue/resume", OK, {})],
    "POST /queue/replan": [
        IsolationCase("/queue/replan", OK, {"dryRun": True}),
        IsolationCase("/queue/replan", OK, {}),
    ],
    "GET /calendar": [IsolationCase("/calendar", OK, query={"from": "2031-05-01", "to": "2031-05-02"})],
    "GET /calendar.ics": [
        IsolationCase("/calendar.ics", OK, query={"token": "{my_feed}"}),
        IsolationCase("/calendar.ics", WRONG, query={"token": "{theirs}"}),
    ],
    "POST /calendar/feed": [IsolationCase("/calendar/feed", OK, {})],
    "DELETE /calendar/feed": [IsolationCase("/calendar/feed", OK)],
    "POST /simulate": [IsolationCase("/simulate", OK, {"postsPerWeek": 2})],
    "POST /import": [
        IsolationCase("/import", OK, headers=CSV, content="key,postType,caption,platforms\na,text,Mine,x\n"),
        IsolationCase(
            "/import", OK, headers=CSV,
            content=f"key,postType,caption,platforms\n{KEY},text,Mine,x\n",
        ),
        IsolationCase(
            "/import", (207, 400), headers=CSV,
            content="key,postType,caption,platforms,photoUrls\nb,photo,Mine,x,{media_url}\n",
        ),
    ],
    "POST /media": [IsolationCase("/media", (200, 400), content="Mine")],
    "GET /media/{media_id}": [IsolationCase("/media/{media}", GONE)],
    "DELETE /media/{media_id}": [IsolationCase("/media/{media}", GONE)],
    "GET /webhooks": [IsolationCase("/webhooks", OK)],
    "POST /webhooks": [IsolationCase("/webhooks", OK, {"url": "https://example.com/mine"})],
    "POST /webhooks/{webhook_id}": [IsolationCase("/webhooks/{webhook}", GONE, {"isEnabled": False})],
    "DELETE /webhooks/{webhook_id}": [IsolationCase("/webhooks/{webhook}", GONE)],
    "GET /webhooks/{webhook_id}/deliveries": [
        IsolationCase("/webhooks/{webhook}/deliveries", GONE),
        IsolationCase("/webhooks/{my_webhook}/deliveries", (200, 400), query={"cursor": "{delivery}"}),
    ],
    "POST /webhooks/{webhook_id}/deliveries/{delivery_id}/retry": [
        IsolationCase("/webhooks/{webhook}/deliveries/{delivery}/retry", GONE),
        IsolationCase("/webhooks/{my_webhook}/deliveries/{delivery}/retry", GONE),
    ],
    "POST /webhooks/{webhook_id}/rotate-secret": [IsolationCase("/webhooks/{webhook}/rotate-secret", GONE)],
    "POST /webhooks/{webhook_id}/test": [IsolationCase("/webhooks/{webhook}/test", GONE)],
}  # fmt: skip
# These are no organization's, or open with a secret of their own in the query.
WITHOUT_KEY = {"GET /healthz", "GET /readyz", "GET /metrics"}
BY_TOKEN = {"GET /calendar.ics"}


@pytest.fixture(scope="module")
def theirs(request: pytest.FixtureRequest) -> dict[str, OtherTenant]:
    """Their organization, once for each API."""
    del request
    return {}


@pytest.fixture
def them(any_api: ApiServer, theirs: dict[str, OtherTenant]) -> OtherTenant:
    """Their organization."""
    address = str(any_api.http.base_url)
    if address not in theirs:
        theirs[address] = create_other_tenant(any_api)
    return theirs[address]


@pytest.fixture
def me(any_api: ApiServer) -> OrganizationClient:
    """Somebody else, with accounts of his own."""
    made = any_api.create_organization("Mine")
    add_own_workspace(made)
    sync_accounts(made, ("x", "OK"))
    return made


def names(me: OrganizationClient, them: OtherTenant) -> dict[str, str]:
    """What stands for what in a request."""
    asked = {"publishMode": "schedule", "scheduledAt": FUTURE, "caption": "Mine"}
    post = me.publish(**asked)["socialPost"]
    hook = me.call("POST", "/webhooks", json={"url": "https://example.com/mine"}).json()
    feed = me.call("POST", "/calendar/feed", json={}).json()["url"]
    return {
        **{name: getattr(them, name) for name in OtherTenant.__slots__ if name != "secrets"},
        "theirs": them.feed_token[:-2],
        "mine": post["id"],
        "my_job": post["providerJobId"],
        "my_webhook": hook.get("webhook", hook)["id"],
        "my_feed": feed.rpartition("token=")[2],
    }


def filled(value: Any, known: dict[str, str]) -> Any:  # noqa: ANN401
    """A request with the ids in their places."""
    if isinstance(value, str):
        for name, text in known.items():
            value = value.replace(f"{{{name}}}", str(text))
        return value
    if isinstance(value, dict):
        return {name: filled(each, known) for name, each in value.items()}
    return [filled(each, known) for each in value] if isinstance(value, list) else value


def send(me: OrganizationClient, operation: str, attempt: IsolationCase, known: dict[str, str]) -> httpx.Response:
    """One request."""
    arguments: dict[str, Any] = {"params": filled(attempt.query, known)}
    if attempt.json is not None:
        arguments["json"] = filled(attempt.json, known)
    if attempt.content is not None:
        arguments["content"] = filled(attempt.content, known)
    method, path = operation.partition(" ")[0], filled(attempt.path, known)
    return me.call(method, path, headers=filled(attempt.headers, known), **arguments)


def assert_reveals_nothing(answer: httpx.Response, them: OtherTenant) -> None:
    """Nothing of theirs stands in an answer, but for what the request itself said."""
    asked = f"{answer.request.url} {answer.request.headers} {answer.request.content!r}"
    told = answer.text + str(answer.headers)
    found = {secret for secret in them.secrets if secret in told and secret not in asked}
    assert found == set(), answer.text


def operations(api: ApiServer) -> dict[str, dict[str, Any]]:
    """Every operation of the document, by its method and path below the prefix."""
    document = api.http.get("/openapi.json").json()
    return {
        f"{method.upper()} {path.removeprefix(PREFIX)}": found
        for path, methods in document["paths"].items()
        for method, found in methods.items()
    }


def test_every_operation_is_walked(sqlite_api: ApiServer) -> None:
    """A new one fails here until it is tried on another's things, too."""
    assert operations(sqlite_api).keys() == ISOLATION_CASES.keys() | WITHOUT_KEY


@pytest.mark.parametrize("operation", ISOLATION_CASES)
def test_nothing_of_theirs_is_seen_or_touched(
    me: OrganizationClient, them: OtherTenant, operation: str
) -> None:
    """Their ids in path, query and body are not there, their organization's id is refused, and
    afterwards every row of theirs is as it was."""
    database = me.api.database
    known = names(me, them)
    ids = collect_ids(database, them.organization.id)
    before = read_rows(database, ids)
    for attempt in ISOLATION_CASES[operation]:
        answer = send(me, operation, attempt, known)
        assert answer.status_code in attempt.expected, answer.text
        assert_reveals_nothing(answer, them)
        for named in swapped(attempt, them.organization.id, operation):
            refused = send(me, operation, named, known)
            assert refused.status_code == 403, refused.text
            assert_reveals_nothing(refused, them)
    assert read_rows(database, ids) == before
    assert collect_ids(database, them.organization.id) == ids


def swapped(attempt: IsolationCase, organization_id: str, operation: str) -> Iterator[IsolationCase]:
    """The same request in their name, by the query and by the body."""
    if operation in BY_TOKEN:
        return
    query = {**attempt.query, "organizationId": organization_id}
    yield IsolationCase(attempt.path, OK, attempt.json, query, _fresh(attempt.headers, "q"), attempt.content)
    if attempt.json is not None:
        body = {**attempt.json, "organizationId": organization_id}
        yield IsolationCase(attempt.path, OK, body, attempt.query, _fresh(attempt.headers, "b"))


def _fresh(headers: dict[str, str], mark: str) -> dict[str, str]:
    """With another key: a repeated one is answered by what was answered before."""
    key = {name: value + mark for name, value in headers.items() if name == "Idempotency-Key"}
    return {**headers, **key}


@pytest.mark.parametrize("operation", sorted(WITHOUT_KEY))
def test_what_needs_no_key_tells_of_nobody(me: OrganizationClient, them: OtherTenant, operation: str) -> None:
    """Health and figures hold no id, caption, name or address of an organization."""
    path = operation.removeprefix("GET ")
    for headers in ({}, {"Authorization": f"Bearer {me.key}"}):
        assert_reveals_nothing(me.api.http.get(path, headers=headers), them)


def test_the_walk_would_find_them(them: OtherTenant) -> None:
    """What is searched for does stand in answers to themselves: the silence is none of the test."""
    own = them.organization
    listed = json.dumps([own.posts(), own.get("/webhooks"), own.get("/profile")])
    assert {SECRET_MARKER, them.post, them.webhook, them.account} <= {
        each for each in them.secrets if each in listed
    }
    assert HOOK in listed
    rows = read_rows(own.api.database, collect_ids(own.api.database, own.id))
    full = {name for name, found in rows.items() if found}
    assert full >= {
        "organization", "api_key", "social_settings", "queue_slot", "seat", "workspace", "account",
        "post", "media", "delivery", "job", "attempt", "webhook_endpoint", "webhook_delivery",
        "stored_file", "idempotency_key",
    }  # fmt: skip
