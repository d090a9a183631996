"""No key reads or changes another organization's webhooks."""

from typing import Any

import pytest

from tests.integration.api.test_webhooks import create, deliveries, listed
from tests.integration.live_server import OPERATOR, OrganizationClient, expect_error

URL = {"url": "https://example.com/"}
# Method, path and body; W is another's endpoint, D its delivery.
CALLS = [
    ("POST", "/W", {"isEnabled": False}),
    ("POST", "/W", URL),
    ("POST", "/W/rotate-secret", {}),
    ("POST", "/W/test", {}),
    ("GET", "/W/deliveries", None),
    ("POST", "/W/deliveries/D/retry", {}),
    ("DELETE", "/W", None),
]


@pytest.mark.parametrize(("method", "path", "body"), CALLS)
def test_another_ones_webhook_is_not_there(
    any_organization: OrganizationClient, method: str, path: str, body: dict[str, Any] | None
) -> None:
    """With another organization's ids: 404, and nothing changes."""
    theirs = any_organization.api.create_organization("Theirs")
    hook = create(theirs)
    sent = theirs.call("POST", f"/webhooks/{hook['id']}/test").json()["delivery"]
    path = path.replace("W", hook["id"]).replace("D", sent["id"])
    arguments = {} if body is None else {"json": body}
    expect_error(any_organization.call(method, f"/webhooks{path}", **arguments), 404, "NOT_FOUND")
    named = {"json": {**body, "organizationId": theirs.id}} if body is not None else {}
    query = {"params": {"organizationId": theirs.id}}
    for swapped in (query, named or query):
        answer = any_organization.call(method, f"/webhooks{path}", **{**arguments, **swapped})
        expect_error(answer, 403, "FORBIDDEN")
    hook.pop("secret")
    assert listed(theirs) == [hook]
    assert deliveries(theirs, hook)["deliveries"] == [sent]


def test_a_delivery_belongs_to_its_endpoint(organization: OrganizationClient) -> None:
    """Another organization's delivery is not found under the caller's own endpoint."""
    theirs = organization.api.create_organization("Theirs")
    hook, own = create(theirs), create(organization)
    sent = theirs.call("POST", f"/webhooks/{hook['id']}/test").json()["delivery"]
    path = f"/webhooks/{own['id']}/deliveries/{sent['id']}/retry"
    expect_error(organization.call("POST", path), 404, "NOT_FOUND")
    page = deliveries(organization, own, cursor=sent["id"])
    assert page == {"deliveries": [], "nextCursor": None}


def test_no_events_for_posts_of_other_organizations(any_organization: OrganizationClient) -> None:
    """Each organization's endpoints get its own events only."""
    theirs = any_organization.api.create_organization("Theirs")
    hook, own = create(theirs), create(any_organization)
    any_organization.publish(publishMode="schedule", scheduledAt="2031-01-01T00:00:00Z")
    assert deliveries(theirs, hook)["deliveries"] == []
    assert len(deliveries(any_organization, own)["deliveries"]) == 1


def test_the_operator_names_the_organization(organization: OrganizationClient) -> None:
    """In the query or in the body; without it the contract's 400."""
    operator = OrganizationClient(organization.id, OPERATOR, organization.api)
    expect_error(operator.call("GET", "/webhooks"), 400, "INVALID_INPUT")
    made = operator.call("POST", "/webhooks", json={**URL, "organizationId": organization.id})
    assert made.status_code == 200
    query = {"params": {"organizationId": organization.id}}
    assert operator.call("GET", "/webhooks", **query).json()["webhooks"] == listed(organization)


@pytest.mark.parametrize("text", ["x", "..", "0" * 32, "A" * 32, "%F0%9F%8E%89"])
def test_guessed_ids_are_not_there(organization: OrganizationClient, text: str) -> None:
    """Any text in place of an id is 404."""
    for path in (f"/webhooks/{text}/test", f"/webhooks/{'0' * 32}/deliveries/{text}/retry"):
        answer = organization.call("POST", path)
        assert answer.status_code in (404, 405), answer.text
    own = create(organization)
    answer = organization.call("POST", f"/webhooks/{own['id']}/deliveries/{text}/retry")
    assert answer.status_code in (404, 405), answer.text
