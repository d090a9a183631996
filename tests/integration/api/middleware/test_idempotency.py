"""`Idempotency-Key`: a repeated request gets the stored response and is done once."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import update
from sqlmodel import select

from api.middleware import idempotency as front
from models.database import Database
from models.idempotency_keys import IdempotencyKey
from models.store import clock
from models.store.tenants import idempotency_keys, organizations
from models.store.tenants.idempotency_keys import KeyConflict, RequestLease
from models.tables import IDEMPOTENCY_KEY
from tests.integration.live_server import (
    OPERATOR,
    ApiServer,
    Json,
    OrganizationClient,
    expect_error,
)
from tests.wait import wait_until

POST = {"postType": "text", "caption": "Once", "platforms": ["x"], "publishMode": "publish_now"}
MONDAY = {"dayOfWeek": 1, "time": "10:00"}


def send(
    organization: OrganizationClient, key: str, path: str = "/publish", **arguments: Json
) -> httpx.Response:
    """A POST with a key; without a path it is a publish."""
    headers = {"Idempotency-Key": key, **arguments.pop("headers", {})}
    if not arguments.keys() & {"json", "content"}:
        arguments["json"] = POST
    return organization.call("POST", path, headers=headers, **arguments)


def is_replay(answer: httpx.Response) -> bool:
    """Whether a response is a stored one."""
    return bool(answer.headers.get("Idempotency-Replayed") == "true")


def row(organization: OrganizationClient, key: str) -> IdempotencyKey | None:
    """The row of a key."""
    query = select(IdempotencyKey).where(
        IdempotencyKey.organization_id == organization.id, IdempotencyKey.key == key
    )
    with organization.api.database.read() as session:
        return session.exec(query).first()


def change(organization: OrganizationClient, key: str, **values: object) -> None:
    """Change the row of a key."""
    mine = update(IDEMPOTENCY_KEY).where(
        IDEMPOTENCY_KEY.c.organization_id == organization.id, IDEMPOTENCY_KEY.c.key == key
    )
    with organization.api.database.write() as session:
        session.connection().execute(mine.values(**values))


def age(organization: OrganizationClient, key: str, by: timedelta) -> None:
    """Make the lease of a key look this old."""
    found = row(organization, key)
    assert found is not None
    change(
        organization,
        key,
        created_at=found.created_at - by,
        lease_until=found.lease_until - by,
    )


def test_the_same_request_is_answered_the_same_and_done_once(
    any_organization: OrganizationClient,
) -> None:
    """Status, body and content type of the first response, with Idempotency-Replayed; one post."""
    first, again = send(any_organization, "k 1"), send(any_organization, "k 1")
    assert (first.status_code, is_replay(first), is_replay(again)) == (200, False, True)
    assert (again.status_code, again.content) == (200, first.content)
    assert again.headers["content-type"] == first.headers["content-type"]
    assert send(any_organization, "k 2").json() != first.json()
    assert len(any_organization.posts()) == 2


def test_a_key_is_its_organizations_own(any_api: ApiServer) -> None:
    """The same key of another organization is independent, also with the operator's token."""
    a, b = any_api.create_organization("A"), any_api.create_organization("B")
    assert not is_replay(send(a, "k"))
    assert not is_replay(send(b, "k"))
    operator = {"Authorization": f"Bearer {OPERATOR}"}
    as_a = send(a, "k", headers=operator, json={**POST, "organizationId": a.id})
    assert as_a.status_code == 422  # A's key, with another body
    assert (len(a.posts()), len(b.posts())) == (1, 1)


@pytest.mark.parametrize(
    "other",
    [
        {"json": {**POST, "caption": "Twice"}},
        {"path": "/queue/replan", "json": {}},
        {"params": {"x": "1"}},
    ],
)
def test_another_request_with_the_same_key_is_refused(
    organization: OrganizationClient, other: dict[str, Any]
) -> None:
    """Another body, path or query: 422, and nothing is done."""
    send(organization, "k")
    expect_error(send(organization, "k", **other), 422, "IDEMPOTENCY_KEY_REUSED")
    assert len(organization.posts()) == 1


@pytest.mark.parametrize("key", ["", "k" * 256, "é", "a\tb"])
def test_a_key_that_is_none_is_refused(organization: OrganizationClient, key: str) -> None:
    """1 to 255 printable characters, or 400."""
    answer = organization.call(
        "POST", "/publish", json=POST, headers={b"Idempotency-Key": key.encode("latin-1")}
    )
    assert list(expect_error(answer, 400, "INVALID_INPUT")) == ["Idempotency-Key"]
    assert organization.posts() == []
    assert send(organization, "k" * 255).status_code == 200


def test_two_at_the_same_moment_are_one(any_organization: OrganizationClient) -> None:
    """While the first request runs, the second gets 409 with Retry-After; later the response."""
    waits = {"Prefer": "wait=1"}
    with ThreadPoolExecutor() as pool:
        first = pool.submit(send, any_organization, "k", headers=waits)
        wait_until(lambda: row(any_organization, "k") is not None, 10, "the claim")
        second = send(any_organization, "k", headers=waits)
        assert not first.done()
    assert second.headers["Retry-After"] == "1"
    assert second.json()["retryAfter"] == 1
    assert (second.status_code, second.json()["code"]) == (409, "CONFLICT")
    assert first.result().status_code == 200
    assert send(any_organization, "k").content == first.result().content
    assert len(any_organization.posts()) == 1


def test_of_many_at_once_one_runs(any_organization: OrganizationClient) -> None:
    """Concurrent requests: one post, one response, and 409 for the others meanwhile."""
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: send(any_organization, "k"), range(16)))
    good = [each for each in answers if each.status_code == 200]
    assert {each.status_code for each in answers} <= {200, 409}
    assert sum(not is_replay(each) for each in good) == 1
    assert len({each.content for each in good}) == 1
    assert len(any_organization.posts()) == 1


def test_a_client_error_is_stored(organization: OrganizationClient) -> None:
    """A 400 is stored like a 200."""
    first = send(organization, "k", json={**POST, "caption": ""})
    again = send(organization, "k", json={**POST, "caption": ""})
    assert (first.status_code, again.status_code, is_replay(again)) == (400, 400, True)
    assert again.json() == first.json()


def test_a_temporary_error_is_not_stored(organization: OrganizationClient) -> None:
    """403 and 409 are temporary and not stored: the same request runs again later."""
    organization.put_settings(isEnabled=False)
    assert send(organization, "k").status_code == 403
    organization.put_settings(isEnabled=True)
    answer = send(organization, "k")
    assert (answer.status_code, is_replay(answer)) == (200, False)


def test_a_server_error_is_not_stored(
    organization: OrganizationClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a 500 the same request runs again under its key."""

    def broken(*_: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr("services.presenters.present_accepted_post", broken)
        assert send(organization, "k").status_code == 500
    with httpx.Client(base_url=organization.api.http.base_url) as http:  # a 500 ends a connection
        anew = replace(organization, api=replace(organization.api, http=http))
        answer = send(anew, "k")
        assert (answer.status_code, is_replay(answer)) == (200, False)
        # The request failed after the post was committed.
        assert [post["id"] for post in anew.posts()] == [answer.json()["socialPost"]["id"]]


def test_what_died_between_its_commit_and_its_answer_is_found(
    any_organization: OrganizationClient,
) -> None:
    """The lease expires, the same request runs again, and answers with the existing post."""
    first = send(any_organization, "k")
    change(any_organization, "k", status=None, answer=None)
    assert send(any_organization, "k").status_code == 409
    age(any_organization, "k", timedelta())
    found = row(any_organization, "k")
    assert found is not None
    change(any_organization, "k", lease_until=found.lease_until - idempotency_keys.LEASE_DURATION)
    again = send(any_organization, "k")
    assert (again.status_code, is_replay(again)) == (200, False)
    assert again.json() == first.json()
    assert is_replay(send(any_organization, "k"))
    assert len(any_organization.posts()) == 1


def test_after_a_day_a_key_is_free(any_organization: OrganizationClient) -> None:
    """Then the same request is a new one, and makes another post."""
    first = send(any_organization, "k")
    age(any_organization, "k", timedelta(hours=23, minutes=59))
    assert is_replay(send(any_organization, "k"))
    age(any_organization, "k", timedelta(minutes=2))
    later = send(any_organization, "k")
    assert not is_replay(later)
    assert later.json() != first.json()
    assert len(any_organization.posts()) == 2


def test_stored_answers_are_not_readable(organization: OrganizationClient) -> None:
    """A response may contain a secret that is shown once, so stored responses are encrypted."""
    first = send(organization, "k")
    found = row(organization, "k")
    assert found is not None
    assert found.answer is not None
    assert first.json()["socialPost"]["id"] not in found.answer
    assert found.status == 200


def test_every_post_takes_a_key_and_nothing_else_does(organization: OrganizationClient) -> None:
    """Pausing twice with one key returns the stored response; GET and PUT ignore the key."""
    first, again = send(organization, "k", "/queue/pause", json={}), None
    organization.call("POST", "/queue/resume")
    again = send(organization, "k", "/queue/pause", json={})
    assert (first.json(), is_replay(again)) == ({"isPaused": True}, True)
    assert "isPaused" not in organization.get("/settings")
    for method, body in (("GET", None), ("PUT", {"queueSlots": [MONDAY]})):
        answer = organization.call(method, "/settings", json=body, headers={"Idempotency-Key": ""})
        assert (answer.status_code, is_replay(answer)) == (200, False)


def test_a_long_request_keeps_its_claim(
    any_organization: OrganizationClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lease is renewed while the request waits, and the response is stored."""
    monkeypatch.setattr(front, "RENEWAL_INTERVAL", 0.05)
    with ThreadPoolExecutor() as pool:
        first = pool.submit(send, any_organization, "k", headers={"Prefer": "wait=1"})
        wait_until(lambda: row(any_organization, "k") is not None, 10, "the claim")
        claimed = row(any_organization, "k")
        assert claimed is not None
        until = claimed.lease_until

        def is_renewed() -> bool:
            found = row(any_organization, "k")
            return found is not None and found.status is None and found.lease_until > until

        wait_until(is_renewed, 10, "a renewal")
    assert is_replay(send(any_organization, "k"))
    assert first.result().status_code == 200


def test_only_the_holder_of_a_claim_changes_it(database: Database, owner: str) -> None:
    """A process whose lease was taken over neither stores a response nor releases the key."""
    with database.write() as session:
        dead = idempotency_keys.claim(session, owner, "k", "f")
        assert isinstance(dead, RequestLease)
        idempotency_keys.release(session, owner, "k", dead)
    with database.write() as session:
        living = idempotency_keys.claim(session, owner, "k", "f")
        assert isinstance(living, RequestLease)
        assert living.since == dead.since
        assert not idempotency_keys.store_response(
            session, owner, "k", dead, idempotency_keys.EncryptedResponse(200, "x")
        )
        assert idempotency_keys.renew(session, owner, "k", dead) is None
        idempotency_keys.release(session, owner, "k", dead)
        assert idempotency_keys.claim(session, owner, "k", "f") is KeyConflict.BUSY
        assert idempotency_keys.claim(session, owner, "k", "g") is KeyConflict.OTHER_REQUEST
        assert idempotency_keys.store_response(
            session, owner, "k", living, idempotency_keys.EncryptedResponse(200, "x")
        )
        assert idempotency_keys.claim(
            session, owner, "k", "f"
        ) == idempotency_keys.EncryptedResponse(200, "x")


def test_old_keys_are_forgotten_a_few_at_a_time(database: Database, owner: str) -> None:
    """Pruning deletes only keys last used before an instant, and at most the given number."""
    with database.write() as session:
        for number in range(5):
            idempotency_keys.claim(session, owner, f"old {number}", "f")
        old = clock.now(session) - timedelta(hours=25)
        session.connection().execute(
            update(IDEMPOTENCY_KEY).values(created_at=old, lease_until=old)
        )
        idempotency_keys.claim(session, owner, "new", "f")
        before = clock.now(session) - idempotency_keys.KEY_LIFETIME
        taken = [idempotency_keys.prune(session, before, 2) for _ in range(4)]
        assert taken == [2, 2, 1, 0]
        assert [each.key for each in session.exec(select(IdempotencyKey))] == ["new"]


@pytest.fixture
def owner(database: Database) -> str:
    """An organization's id."""
    with database.write() as session:
        return organizations.create(session, "Owner", "simulator")[0].id
