"""No key sees or touches anything of another organization: every operation of the API, walked."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from api.main import PREFIX
from tests.integration.api.connected import own_workspace, sync
from tests.integration.api.serving import Api, Organization
from tests.integration.api.theirs import (
    FUTURE,
    HOOK,
    KEY,
    MARK,
    SAME,
    Theirs,
    furnish,
    ids_of,
    rows_of,
)

TEXT = {"postType": "text", "caption": "Mine", "platforms": ["x"]}
GONE = (404,)
WRONG = (400, 404)
OK = (200,)
CSV = {"Content-Type": "text/csv"}


@dataclass(frozen=True, slots=True)
class Try:
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
TRIES: dict[str, list[Try]] = {
    "GET /settings": [Try("/settings", OK)],
    "PUT /settings": [
        Try("/settings", OK, {"maxPostsPerSlot": 2}),
        Try("/settings", OK, {"queueSlots": [{"dayOfWeek": 1, "time": "10:00"}]}),
    ],
    "GET /profile": [Try("/profile", OK)],
    "POST /connect": [Try("/connect", OK, {"platform": "x"})],
    "POST /disconnect-account": [Try("/disconnect-account", GONE, {"accountId": "{account}"})],
    "GET /next-slot": [Try("/next-slot", OK)],
    "GET /posts": [
        Try("/posts", OK),
        Try("/posts", OK, query={"search": MARK}),
        Try("/posts", (200, 400), query={"accountId": "{account}"}),
        Try("/posts", (200, 400), query={"cursor": "{cursor}"}),
    ],
    "GET /posts/{post_id}": [Try("/posts/{post}", GONE), Try("/posts/{job}", GONE)],
    "POST /publish": [
        Try("/publish", OK, TEXT),
        Try("/publish", OK, SAME, headers={"Idempotency-Key": KEY}),
        Try("/publish", OK, {**SAME, "caption": "Mine"}, headers={"Idempotency-Key": f"{KEY}2"}),
        Try("/publish", WRONG, {"accountIds": ["{account}"], **TEXT}),
        Try("/publish", WRONG, {**TEXT, "postType": "photo", "photoUrls": ["{media_url}"]}),
        Try("/publish", WRONG, {**TEXT, "postType": "video", "videoUrl": "{media_url}"}),
    ],
    "POST /edit": [
        Try("/edit", GONE, {"postId": "{post}", "caption": "Mine"}),
        Try("/edit", GONE, {"jobId": "{job}", "caption": "Mine"}),
        Try("/edit", GONE, {"postId": "{post}", "mode": "schedule", "scheduledAt": FUTURE}),
        Try("/edit", GONE, {"postId": "{mine}", "jobId": "{job}", "mode": "draft"}),
        Try("/edit", GONE, {"postId": "{post}", "jobId": "{my_job}", "mode": "draft"}),
    ],
    "POST /remove": [
        Try("/remove", GONE, {"postId": "{post}"}),
        Try("/remove", GONE, {"jobId": "{job}"}),
        Try("/remove", GONE, {"postId": "{mine}", "jobId": "{job}"}),
        Try("/remove", GONE, {"postId": "{post}", "jobId": "{my_job}"}),
    ],
    "POST /posts/{post_id}/retry": [Try("/posts/{post}/retry", GONE)],
    "POST /posts/{post_id}/move": [
        Try("/posts/{post}/move", GONE, {"slot": FUTURE}),
        Try("/posts/{job}/move", GONE, {"slot": FUTURE}),
    ],
    "POST /posts/{post_id}/approve": [Try("/posts/{pending}/approve", GONE, {})],
    "POST /posts/{post_id}/reject": [Try("/posts/{pending}/reject", GONE, {"reason": "Mine"})],
    "POST /posts/{post_id}/release": [
        Try("/posts/{post}/release", GONE, {}),
        Try("/posts/{post}/release", GONE, {"nextSlot": True}),
    ],
    "POST /queue/pause": [Try("/queue/pause", OK, {})],
    "POST /queue/resume": [Try("/queue/resume", OK, {})],
    "POST /queue/replan": [
        Try("/queue/replan", OK, {"dryRun": True}),
        Try("/queue/replan", OK, {}),
    ],
    "GET /calendar": [Try("/calendar", OK, query={"from": "2031-05-01", "to": "2031-05-02"})],
    "GET /calendar.ics": [
        Try("/calendar.ics", OK, query={"token": "{my_feed}"}),
        Try("/calendar.ics", WRONG, query={"token": "{theirs}"}),
    ],
    "POST /calendar/feed": [Try("/calendar/feed", OK, {})],
    "DELETE /calendar/feed": [Try("/calendar/feed", OK)],
    "POST /simulate": [Try("/simulate", OK, {"postsPerWeek": 2})],
    "POST /import": [
        Try("/import", OK, headers=CSV, content="key,postType,caption,platforms\na,text,Mine,x\n"),
        Try(
            "/import", OK, headers=CSV,
            content=f"key,postType,caption,platforms\n{KEY},text,Mine,x\n",
        ),
        Try(
            "/import", (207, 400), headers=CSV,
            content="key,postType,caption,platforms,photoUrls\nb,photo,Mine,x,{media_url}\n",
        ),
    ],
    "POST /media": [Try("/media", (200, 400), content="Mine")],
    "GET /media/{media_id}": [Try("/media/{media}", GONE)],
    "DELETE /media/{media_id}": [Try("/media/{media}", GONE)],
    "GET /webhooks": [Try("/webhooks", OK)],
    "POST /webhooks": [Try("/webhooks", OK, {"url": "https://example.com/mine"})],
    "POST /webhooks/{webhook_id}": [Try("/webhooks/{webhook}", GONE, {"isEnabled": False})],
    "DELETE /webhooks/{webhook_id}": [Try("/webhooks/{webhook}", GONE)],
    "GET /webhooks/{webhook_id}/deliveries": [
        Try("/webhooks/{webhook}/deliveries", GONE),
        Try("/webhooks/{my_webhook}/deliveries", (200, 400), query={"cursor": "{delivery}"}),
    ],
    "POST /webhooks/{webhook_id}/deliveries/{delivery_id}/retry": [
        Try("/webhooks/{webhook}/deliveries/{delivery}/retry", GONE),
        Try("/webhooks/{my_webhook}/deliveries/{delivery}/retry", GONE),
    ],
    "POST /webhooks/{webhook_id}/rotate-secret": [Try("/webhooks/{webhook}/rotate-secret", GONE)],
    "POST /webhooks/{webhook_id}/test": [Try("/webhooks/{webhook}/test", GONE)],
}  # fmt: skip
# These are no organization's, or open with a secret of their own in the query.
WITHOUT_KEY = {"GET /healthz", "GET /readyz", "GET /metrics"}
BY_TOKEN = {"GET /calendar.ics"}


@pytest.fixture(scope="module")
def theirs(request: pytest.FixtureRequest) -> dict[str, Theirs]:
    """Their organization, once for each API."""
    del request
    return {}


@pytest.fixture
def them(any_api: Api, theirs: dict[str, Theirs]) -> Theirs:
    """Their organization."""
    address = str(any_api.http.base_url)
    if address not in theirs:
        theirs[address] = furnish(any_api)
    return theirs[address]


@pytest.fixture
def me(any_api: Api) -> Organization:
    """Somebody else, with accounts of his own."""
    made = any_api.organization("Mine")
    own_workspace(made)
    sync(made, ("x", "OK"))
    return made


def names(me: Organization, them: Theirs) -> dict[str, str]:
    """What stands for what in a request."""
    asked = {"publishMode": "schedule", "scheduledAt": FUTURE, "caption": "Mine"}
    post = me.publish(**asked)["socialPost"]
    hook = me.call("POST", "/webhooks", json={"url": "https://example.com/mine"}).json()
    feed = me.call("POST", "/calendar/feed", json={}).json()["url"]
    return {
        **{name: getattr(them, name) for name in Theirs.__slots__ if name != "secrets"},
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


def send(me: Organization, operation: str, attempt: Try, known: dict[str, str]) -> httpx.Response:
    """One request."""
    arguments: dict[str, Any] = {"params": filled(attempt.query, known)}
    if attempt.json is not None:
        arguments["json"] = filled(attempt.json, known)
    if attempt.content is not None:
        arguments["content"] = filled(attempt.content, known)
    method, path = operation.partition(" ")[0], filled(attempt.path, known)
    return me.call(method, path, headers=filled(attempt.headers, known), **arguments)


def check_silence(answer: httpx.Response, them: Theirs) -> None:
    """Nothing of theirs stands in an answer, but for what the request itself said."""
    asked = f"{answer.request.url} {answer.request.headers} {answer.request.content!r}"
    told = answer.text + str(answer.headers)
    found = {secret for secret in them.secrets if secret in told and secret not in asked}
    assert found == set(), answer.text


def operations(api: Api) -> dict[str, dict[str, Any]]:
    """Every operation of the document, by its method and path below the prefix."""
    document = api.http.get("/openapi.json").json()
    return {
        f"{method.upper()} {path.removeprefix(PREFIX)}": found
        for path, methods in document["paths"].items()
        for method, found in methods.items()
    }


def test_every_operation_is_walked(sqlite_api: Api) -> None:
    """A new one fails here until it is tried on another's things, too."""
    assert operations(sqlite_api).keys() == TRIES.keys() | WITHOUT_KEY


@pytest.mark.parametrize("operation", TRIES)
def test_nothing_of_theirs_is_seen_or_touched(
    me: Organization, them: Theirs, operation: str
) -> None:
    """Their ids in path, query and body are not there, their organization's id is refused, and
    afterwards every row of theirs is as it was."""
    database = me.api.database
    known = names(me, them)
    ids = ids_of(database, them.organization.id)
    before = rows_of(database, ids)
    for attempt in TRIES[operation]:
        answer = send(me, operation, attempt, known)
        assert answer.status_code in attempt.expected, answer.text
        check_silence(answer, them)
        for named in swapped(attempt, them.organization.id, operation):
            refused = send(me, operation, named, known)
            assert refused.status_code == 403, refused.text
            check_silence(refused, them)
    assert rows_of(database, ids) == before
    assert ids_of(database, them.organization.id) == ids


def swapped(attempt: Try, organization_id: str, operation: str) -> Iterator[Try]:
    """The same request in their name, by the query and by the body."""
    if operation in BY_TOKEN:
        return
    query = {**attempt.query, "organizationId": organization_id}
    yield Try(attempt.path, OK, attempt.json, query, _fresh(attempt.headers, "q"), attempt.content)
    if attempt.json is not None:
        body = {**attempt.json, "organizationId": organization_id}
        yield Try(attempt.path, OK, body, attempt.query, _fresh(attempt.headers, "b"))


def _fresh(headers: dict[str, str], mark: str) -> dict[str, str]:
    """With another key: a repeated one is answered by what was answered before."""
    key = {name: value + mark for name, value in headers.items() if name == "Idempotency-Key"}
    return {**headers, **key}


@pytest.mark.parametrize("operation", sorted(WITHOUT_KEY))
def test_what_needs_no_key_tells_of_nobody(me: Organization, them: Theirs, operation: str) -> None:
    """Health and figures hold no id, caption, name or address of an organization."""
    path = operation.removeprefix("GET ")
    for headers in ({}, {"Authorization": f"Bearer {me.key}"}):
        check_silence(me.api.http.get(path, headers=headers), them)


def test_the_walk_would_find_them(them: Theirs) -> None:
    """What is searched for does stand in answers to themselves: the silence is none of the test."""
    own = them.organization
    listed = json.dumps([own.posts(), own.get("/webhooks"), own.get("/profile")])
    assert {MARK, them.post, them.webhook, them.account} <= {
        each for each in them.secrets if each in listed
    }
    assert HOOK in listed
    rows = rows_of(own.api.database, ids_of(own.api.database, own.id))
    full = {name for name, found in rows.items() if found}
    assert full >= {
        "organization", "api_key", "social_settings", "queue_slot", "seat", "workspace", "account",
        "post", "media", "delivery", "job", "attempt", "webhook_endpoint", "webhook_delivery",
        "stored_file", "idempotency_key",
    }  # fmt: skip
