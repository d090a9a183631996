"""Webhook endpoints over HTTP: create, change, test, read the log, delete."""

import base64
import threading
from typing import Any

import pytest
from sqlalchemy import select, update

from models.tables import JOB, WEBHOOK_DELIVERY, WEBHOOK_ENDPOINT
from models.task_names import JobKind
from models.webhooks import SUBSCRIBABLE_EVENTS
from tests.integration.live_server import OrganizationClient, expect_error

URL = "https://hooks.example.com/in?token=t0k3n"
HIDDEN = ("secret", "previousSecret")


def call(organization: OrganizationClient, method: str, path: str, **body: Any) -> Any:  # noqa: ANN401
    """The answer to a call that must succeed."""
    sent = {"json": body} if method != "DELETE" and (body or not path) else {}
    answer = organization.call(method, f"/webhooks{path}", **sent)
    assert answer.status_code == 200, answer.text
    return answer.json()


def create(organization: OrganizationClient, **fields: Any) -> dict[str, Any]:  # noqa: ANN401
    """A new endpoint, with its secret."""
    found: dict[str, Any] = call(organization, "POST", "", **{"url": URL, **fields})["webhook"]
    return found


def listed(organization: OrganizationClient) -> list[dict[str, Any]]:
    """All endpoints."""
    found: list[dict[str, Any]] = organization.get("/webhooks")["webhooks"]
    return found


def deliveries(organization: OrganizationClient, webhook: dict[str, Any], **query: str) -> Any:  # noqa: ANN401
    """The log of an endpoint."""
    return organization.get(f"/webhooks/{webhook['id']}/deliveries", **query)


def set_row(organization: OrganizationClient, webhook: dict[str, Any], **values: object) -> None:
    """Change an endpoint's row directly in the database."""
    with organization.api.database.write() as session:
        statement = update(WEBHOOK_ENDPOINT).where(WEBHOOK_ENDPOINT.c.id == webhook["id"])
        session.connection().execute(statement.values(**values))


def set_letter(organization: OrganizationClient, delivery_id: str, **values: object) -> None:
    """Change a delivery's row, and end its job, as a worker does."""
    with organization.api.database.write() as session:
        connection = session.connection()
        connection.execute(
            update(WEBHOOK_DELIVERY).where(WEBHOOK_DELIVERY.c.id == delivery_id).values(**values)
        )
        connection.execute(JOB.delete().where(JOB.c.subject_id == delivery_id))


def test_the_secret_is_shown_once(any_organization: OrganizationClient) -> None:
    """In the answer to its creation, in the format of Standard Webhooks. It is stored encrypted."""
    made = create(any_organization)
    assert set(made) - set(listed(any_organization)[0]) == {"secret"}
    prefix, _, text = made.pop("secret").partition("_")
    assert (prefix, len(base64.b64decode(text, validate=True))) == ("whsec", 32)
    assert listed(any_organization) == [made]
    assert (made["url"], made["isEnabled"], made["disabledReason"]) == (URL, True, None)
    assert made["events"] == list(SUBSCRIBABLE_EVENTS)
    with any_organization.api.database.read() as session:
        query = select(WEBHOOK_ENDPOINT).where(WEBHOOK_ENDPOINT.c.id == made["id"])
        row = str(session.connection().execute(query).one())
    assert "t0k3n" not in row
    assert text not in row


def test_only_what_is_sent_changes(any_organization: OrganizationClient) -> None:
    """URL, events and isEnabled each change alone; the answer has the whole endpoint."""
    made = create(any_organization)
    secret = made.pop("secret")
    for change in (
        {"url": "https://other.example.com/"},
        {"events": ["post.failed", "post.missed", "post.failed"]},
        {"isEnabled": False},
    ):
        changed = call(any_organization, "POST", f"/{made['id']}", **change)["webhook"]
        made |= change
        made["events"] = list(dict.fromkeys(made["events"]))
        assert changed == made
    assert listed(any_organization) == [made]
    assert secret not in str(listed(any_organization))


def test_switching_on_again_forgets_failures(any_organization: OrganizationClient) -> None:
    """An endpoint that was disabled automatically has a reason, until its owner enables it."""
    made = create(any_organization)
    set_row(any_organization, made, is_enabled=False, disabled_reason="gone", failures=7)
    (found,) = listed(any_organization)
    assert (found["isEnabled"], found["disabledReason"], found["failures"]) == (False, "gone", 7)
    call(any_organization, "POST", f"/{made['id']}", isEnabled=True)
    (found,) = listed(any_organization)
    assert (found["isEnabled"], found["disabledReason"], found["failures"]) == (True, None, 0)


def test_a_new_secret_is_shown_once_too(any_organization: OrganizationClient) -> None:
    """It differs from the old one; nothing else changes."""
    made = create(any_organization)
    turned = call(any_organization, "POST", f"/{made['id']}/rotate-secret")["webhook"]
    assert turned.pop("secret") != made.pop("secret")
    assert listed(any_organization) == [made] == [turned]


@pytest.mark.parametrize(
    ("fields", "field", "words"),
    [
        ({"url": "http://example.com/"}, "url", "https://"),
        ({"url": "https://localhost/"}, "url", "public"),
        ({"url": "https://10.0.0.1/"}, "url", "public"),
        ({"url": "https://user:pass@example.com/"}, "url", "password"),
        ({"url": "hooks.example.com"}, "url", "https://"),
        ({"url": "https://example.com/" + "a" * 2048}, "url", "2048"),
        ({"url": "https://example.com/\x00"}, "url", "NUL"),
        ({"url": None}, "url", "a link"),
        ({"events": ["post.exploded", "post.failed"]}, "events", "'post.exploded'"),
        ({"events": ["webhook.test"]}, "events", "'webhook.test'"),
        ({"events": []}, "events", "not be empty"),
        ({"secret": "whsec_mine"}, "secret", "not a field"),
    ],
)
def test_wrong_fields_are_named(
    organization: OrganizationClient, fields: dict[str, Any], field: str, words: str
) -> None:
    """On creation and on change; nothing is written."""
    made = create(organization)
    body = {"url": URL, **fields}
    for path, sent in (("/webhooks", body), (f"/webhooks/{made['id']}", fields)):
        said = expect_error(organization.call("POST", path, json=sent), 400, "INVALID_INPUT")
        assert words in next(text for name, text in said.items() if name.startswith(field))
    made.pop("secret")
    assert listed(organization) == [made]


def test_a_change_must_change_something(organization: OrganizationClient) -> None:
    """An empty body is refused."""
    made = create(organization)
    answer = organization.call("POST", f"/webhooks/{made['id']}", json={})
    assert expect_error(answer, 400, "INVALID_INPUT").keys() == {"url"}


def test_an_organization_has_at_most_twenty(any_organization: OrganizationClient) -> None:
    """Also when two requests for the last one run at the same time."""
    for _ in range(19):
        create(any_organization)
    codes: list[int] = []

    def ask() -> None:
        answer = any_organization.call("POST", "/webhooks", json={"url": URL})
        codes.append(answer.status_code)

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(codes) == [200, 409, 409]
    expect_error(any_organization.call("POST", "/webhooks", json={"url": URL}), 409, "CONFLICT")


def test_a_test_event_is_logged_for_its_endpoint_alone(
    any_organization: OrganizationClient,
) -> None:
    """Even if the endpoint subscribes to other events; pending until a worker has sent it."""
    made, other = create(any_organization, events=["post.failed"]), create(any_organization)
    sent = call(any_organization, "POST", f"/{made['id']}/test")["delivery"]
    assert (sent["event"], sent["status"], sent["attempts"]) == ("webhook.test", "pending", 0)
    assert sent["nextAttemptAt"] is not None
    assert sent["payload"]["type"] == "webhook.test"
    assert sent["payload"]["data"]["webhookId"] == made["id"]
    assert deliveries(any_organization, made) == {"deliveries": [sent], "nextCursor": None}
    assert deliveries(any_organization, other)["deliveries"] == []


def test_what_is_switched_off_is_not_tested(organization: OrganizationClient) -> None:
    """A disabled endpoint gets no test and no repeated delivery."""
    made = create(organization)
    sent = call(organization, "POST", f"/{made['id']}/test")["delivery"]
    call(organization, "POST", f"/{made['id']}", isEnabled=False)
    for path in ("test", f"deliveries/{sent['id']}/retry"):
        answer = organization.call("POST", f"/webhooks/{made['id']}/{path}")
        expect_error(answer, 409, "CONFLICT")


def test_the_log_is_read_in_pages(any_organization: OrganizationClient) -> None:
    """Newest first, each entry once; an unknown cursor is refused."""
    made = create(any_organization)
    ids = [
        call(any_organization, "POST", f"/{made['id']}/test")["delivery"]["id"] for _ in range(5)
    ]
    seen: list[str] = []
    query: dict[str, str] = {"limit": "2"}
    while True:
        page = deliveries(any_organization, made, **query)
        seen += [each["id"] for each in page["deliveries"]]
        if page["nextCursor"] is None:
            break
        query["cursor"] = page["nextCursor"]
    assert seen == sorted(ids, reverse=True)
    for name, value in (("cursor", "'; DROP"), ("limit", "0"), ("limit", "201")):
        path = f"/webhooks/{made['id']}/deliveries"
        answer = any_organization.call("GET", path, params={name: value})
        assert expect_error(answer, 400, "INVALID_INPUT").keys() == {name}


@pytest.mark.parametrize("status", ["failed", "delivered", "pending"])
def test_a_delivery_is_sent_again_under_its_own_id(
    any_organization: OrganizationClient, status: str
) -> None:
    """It starts over and is due at once, even if its job no longer exists."""
    made = create(any_organization)
    sent = call(any_organization, "POST", f"/{made['id']}/test")["delivery"]
    if status != "pending":
        set_letter(any_organization, sent["id"], status=status, attempts=9, error="no")
        (over,) = deliveries(any_organization, made)["deliveries"]
        assert (over["status"], over["nextAttemptAt"], over["error"]) == (status, None, "no")
    path = f"/{made['id']}/deliveries/{sent['id']}/retry"
    again = call(any_organization, "POST", path)["delivery"]
    assert again == {**sent, "nextAttemptAt": again["nextAttemptAt"]}
    assert again["nextAttemptAt"] >= sent["nextAttemptAt"]


def test_what_is_deleted_leaves_nothing(any_organization: OrganizationClient) -> None:
    """Its deliveries and jobs are deleted; the other endpoint's stay."""
    made, other = create(any_organization), create(any_organization)
    for each in (made, other):
        call(any_organization, "POST", f"/{each['id']}/test")
    assert call(any_organization, "DELETE", f"/{made['id']}") == {"ok": True}
    assert [each["id"] for each in listed(any_organization)] == [other["id"]]
    kept = {each["id"] for each in deliveries(any_organization, other)["deliveries"]}
    with any_organization.api.database.read() as session:
        connection = session.connection()
        of_ours = select(WEBHOOK_DELIVERY.c.id).where(
            WEBHOOK_DELIVERY.c.endpoint_id.in_([made["id"], other["id"]])
        )
        assert set(connection.execute(of_ours).scalars()) == kept
        webhook = select(JOB.c.subject_id).where(JOB.c.kind == JobKind.WEBHOOK)
        orphans = webhook.where(JOB.c.subject_id.not_in(select(WEBHOOK_DELIVERY.c.id)))
        assert connection.execute(orphans).all() == []
    expect_error(any_organization.call("DELETE", f"/webhooks/{made['id']}"), 404, "NOT_FOUND")


def test_publish_writes_the_event_with_the_acceptance(any_organization: OrganizationClient) -> None:
    """The delivery exists when the request is answered, and names post and job."""
    made = create(any_organization, events=["post.scheduled"])
    create(any_organization, events=["post.cancelled"])
    post = any_organization.publish(publishMode="schedule", scheduledAt="2031-01-01T00:00:00Z")
    (sent,) = deliveries(any_organization, made)["deliveries"]
    data = sent["payload"]["data"]
    assert data["postId"] == post["socialPost"]["id"]
    assert data["jobId"] == post["socialPost"]["providerJobId"]
    assert (data["status"], data["scheduledFor"]) == ("scheduled", "2031-01-01T00:00:00.000Z")
    (found,) = any_organization.posts()
    names = ("platform", "accountId", "status", "link", "error")
    parts = [{name: each[name] for name in names} for each in found["providerPlatforms"]]
    assert data["deliveries"] == parts
