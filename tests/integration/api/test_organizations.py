"""Organizations over HTTP: the operator's token alone manages them."""

import pytest

from services.errors import SWITCHED_OFF
from services.public_urls import API_PREFIX
from tests.integration.live_server import (
    OPERATOR,
    ApiServer,
    Json,
    OrganizationClient,
    expect_error,
)
from tests.integration.ui.browser_client import open_browser, open_signed_in_browser

PATH = "/organizations"
UNKNOWN = "0" * 32
CHANGES = [
    ("GET", ""),
    ("POST", "/rename"),
    ("POST", "/disable"),
    ("POST", "/enable"),
    ("POST", "/delete"),
]


def operate(api: ApiServer, method: str, path: str, body: Json = None) -> Json:
    """The answer to a call with the operator's token, which must succeed."""
    answer = call(api, OPERATOR, method, path, body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def call(api: ApiServer, token: str | None, method: str, path: str, body: Json = None) -> Json:
    """The HTTP answer to a call with a token."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return api.http.request(method, f"{API_PREFIX}{PATH}{path}", headers=headers, json=body)


def test_the_operator_makes_and_renames_them(any_api: ApiServer) -> None:
    """Created with a key that works, listed, and shown under the new name."""
    made = operate(any_api, "POST", "", {"name": " Lantern "})
    assert set(made) == {"id", "name", "apiKey"}
    client = OrganizationClient(made["id"], made["apiKey"], any_api)
    assert client.get("/settings")["isEnabled"] is True
    renamed = operate(any_api, "POST", f"/{made['id']}/rename", {"name": "Loaf"})
    assert (renamed["name"], renamed["status"]) == ("Loaf", "enabled")
    listed = operate(any_api, "GET", "")["organizations"]
    assert {"id": made["id"], "name": "Loaf"}.items() <= {each["id"]: each for each in listed}[
        made["id"]
    ].items()
    assert operate(any_api, "GET", f"/{made['id']}") == renamed


def test_switched_off_its_keys_open_nothing(any_organization: OrganizationClient) -> None:
    """Reads and writes with its key are 403 with a sentence; the operator may still read; switched
    on again, the key opens everything."""
    api, own = any_organization.api, any_organization
    assert operate(api, "POST", f"/{own.id}/disable")["status"] == "disabled"
    for method, path in (("GET", "/settings"), ("POST", "/publish"), ("GET", "/posts")):
        answer = own.call(method, path, json={"postType": "text", "caption": "A"})
        expect_error(answer, 403, "FORBIDDEN")
        assert answer.json()["error"] == SWITCHED_OFF
    operator = OrganizationClient(own.id, OPERATOR, api)
    assert operator.get("/posts", organizationId=own.id)["posts"] == []
    refused = operator.try_publish(organizationId=own.id)
    assert (refused.status_code, refused.json()["error"]) == (403, SWITCHED_OFF)
    assert operate(api, "POST", f"/{own.id}/enable")["status"] == "enabled"
    own.publish()


def test_a_deletion_needs_the_name(any_organization: OrganizationClient) -> None:
    """A wrong name is 400 and changes nothing; with the right one it begins, and nothing stops
    it."""
    api, path = any_organization.api, f"/{any_organization.id}"
    wrong = call(api, OPERATOR, "POST", f"{path}/delete", {"name": "Other"})
    assert "name" in expect_error(wrong, 400, "INVALID_INPUT")
    assert operate(api, "GET", path)["status"] == "enabled"
    begun = operate(api, "POST", f"{path}/delete", {"name": "Lantern & Loaf"})
    assert (begun["status"], begun["disabledBy"]) == ("deleting", "the operator's token")
    expect_error(call(api, OPERATOR, "POST", f"{path}/enable"), 409, "CONFLICT")


@pytest.mark.parametrize(("method", "path"), CHANGES)
def test_keys_and_strangers_are_refused(
    any_organization: OrganizationClient, method: str, path: str
) -> None:
    """The organization's own key and another's are 403 in words, an unknown key 401, no key 401 and
    an unknown id 404; nothing is changed."""
    api, own = any_organization.api, any_organization
    body = {"name": "Lantern & Loaf"} if path in ("/rename", "/delete") else None
    for key in (own.key, api.create_organization("Other").key):
        answer = call(api, key, method, f"/{own.id}{path}", body)
        expect_error(answer, 403, "FORBIDDEN")
        assert "operator's token" in answer.json()["error"]
    for token in ("sb_wrong", None):
        expect_error(call(api, token, method, f"/{own.id}{path}", body), 401, "UNAUTHORIZED")
    for id_ in (UNKNOWN, "x"):
        expect_error(call(api, OPERATOR, method, f"/{id_}{path}", body), 404, "NOT_FOUND")
    assert operate(api, "GET", f"/{own.id}")["status"] == "enabled"


def test_sessions_of_the_page_and_the_feed_end(organization: OrganizationClient) -> None:
    """A page that is open leads to the sign-in page, signing in says why, and the feed is gone."""
    api = organization.api
    feed = organization.call("POST", "/calendar/feed", json={}).json()["url"]
    with open_signed_in_browser(organization) as browser, open_browser(api) as other:
        assert browser.http.get("/").status_code == 200
        operate(api, "POST", f"/{organization.id}/disable")
        assert browser.http.get("/").headers["location"].startswith("/sign-in")
        refused = other.sign_in(organization.key)
        assert (refused.status_code, other.cookie) == (403, "")
        assert "switched this organization off" in refused.text
    assert api.http.get(feed).status_code == 404


def test_the_metrics_count_them(sqlite_api: ApiServer) -> None:
    """How many are switched off and how many are being deleted, without their names."""
    before = _counts(sqlite_api)
    off, gone = sqlite_api.create_organization(), sqlite_api.create_organization("Zanzibar")
    operate(sqlite_api, "POST", f"/{off.id}/disable")
    operate(sqlite_api, "POST", f"/{gone.id}/delete", {"name": "Zanzibar"})
    assert _counts(sqlite_api) == (before[0] + 1, before[1] + 1)


def _counts(api: ApiServer) -> tuple[float, float]:
    lines = api.http.get("/metrics").text.splitlines()
    values = dict(line.rsplit(" ", 1) for line in lines if line.startswith("slotbeat_organ"))
    names = [f'slotbeat_organizations{{state="{name}"}}' for name in ("disabled", "deleting")]
    return float(values[names[0]]), float(values[names[1]])
