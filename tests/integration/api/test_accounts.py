"""The connection profile, connecting and disconnecting accounts."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select, update

from models.store import clock
from models.tables import CONNECTION, JOB
from tests.integration.account_factories import add_own_connection, sync_accounts
from tests.integration.live_server import Json, OrganizationClient, expect_error

NOBODY: Json = {"connected": False, "profileId": None, "connectedAccounts": [], "accountLinks": []}
PAGES = (("facebook", "OK"), ("x", "OK"), ("facebook", "OK"))


def disconnect(organization: OrganizationClient, account_id: str) -> None:
    """Disconnect an account, which must succeed."""
    body = {"accountId": account_id}
    answer = organization.call("POST", "/disconnect-account", json=body)
    assert (answer.status_code, answer.json()) == (200, {"ok": True})


def connect(organization: OrganizationClient, **body: str) -> dict[str, str]:
    """The answer to a connect that must succeed."""
    answer = organization.call("POST", "/connect", json=body)
    assert answer.status_code == 200, answer.text
    found: dict[str, str] = answer.json()
    return found


def wake_of(organization: OrganizationClient, connection_id: str) -> tuple[object, int]:
    """When a connection's accounts are to be read, and how often that was asked for."""
    with organization.api.database.read() as session:
        query = select(JOB.c.wake_at, JOB.c.version).where(JOB.c.subject_id == connection_id)
        row = session.connection().execute(query).one()
        return row.wake_at, row.version


def test_the_profile_of_nobody(any_organization: OrganizationClient) -> None:
    """Without accounts it is the contract's disconnected document."""
    add_own_connection(any_organization)
    assert any_organization.get("/profile") == NOBODY


def test_the_profile_lists_what_is_connected(any_organization: OrganizationClient) -> None:
    """Platforms once and sorted; accounts with our additional fields; one default a platform."""
    connection_id = add_own_connection(any_organization)
    first, x, second = sync_accounts(
        any_organization, ("facebook", "OK"), ("x", "EXPIRED"), PAGES[2]
    )
    profile = any_organization.get("/profile")
    links = profile.pop("accountLinks")
    expected = {
        "connected": True,
        "profileId": connection_id,
        "connectedAccounts": ["facebook", "x"],
    }
    assert profile == expected
    assert [each["accountId"] for each in links] == [first.id, x.id, second.id]
    assert [each["isDefault"] for each in links] == [True, True, False]
    assert links[1] == {
        "accountId": x.id,
        "platform": "x",
        "name": "Page 1",
        "username": "page1",
        "statusLevel": "EXPIRED",
        "isDefault": True,
        "needsAttention": True,
    }


def test_a_gone_account_is_not_shown_until_it_is_back(any_organization: OrganizationClient) -> None:
    """The default of its platform moves to another one meanwhile, and back."""
    add_own_connection(any_organization)
    for level, default in (("OK", 0), ("GONE", 2), ("OK", 0)):
        known = sync_accounts(any_organization, ("facebook", level), *PAGES[1:])
        links = any_organization.get("/profile")["accountLinks"]
        facebook = {each["accountId"]: each["isDefault"] for each in links[:-1] + links[-1:]}
        assert facebook[known[default].id] is True
        assert (known[0].id in facebook) is (level == "OK")


def test_disconnecting_concerns_one_organization(any_organization: OrganizationClient) -> None:
    """The connection may be shared: another organization keeps the account. Repeating is harmless,
    and a later sync does not reconnect it."""
    other = any_organization.api.create_organization()
    first, _, second = sync_accounts(any_organization, *PAGES)
    for _ in range(2):
        disconnect(any_organization, first.id)
    sync_accounts(any_organization, *PAGES)
    links = any_organization.get("/profile")["accountLinks"]
    assert first.id not in [each["accountId"] for each in links]
    assert [each["isDefault"] for each in links if each["accountId"] == second.id] == [True]
    assert first.id in [each["accountId"] for each in other.get("/profile")["accountLinks"]]


@pytest.mark.parametrize("account_id", ["", "nobody", "0" * 32])
def test_an_unknown_account_cannot_be_disconnected(
    organization: OrganizationClient, account_id: str
) -> None:
    """404, also where the organization has no connection; an empty id is a 400."""
    body = {"accountId": account_id}
    answer = organization.call("POST", "/disconnect-account", json=body)
    if account_id:
        expect_error(answer, 404, "NOT_FOUND")
    else:
        assert "accountId" in expect_error(answer, 400, "INVALID_INPUT")


def test_anothers_account_cannot_be_disconnected(any_organization: OrganizationClient) -> None:
    """404 for an account of another connection, which stays connected."""
    other = any_organization.api.create_organization()
    add_own_connection(any_organization)
    add_own_connection(other)
    theirs = sync_accounts(other, *PAGES)[0]
    body = {"accountId": theirs.id}
    expect_error(any_organization.call("POST", "/disconnect-account", json=body), 404, "NOT_FOUND")
    assert len(other.get("/profile")["accountLinks"]) == 3


def test_connect_answers_the_page_and_has_the_accounts_read(
    any_organization: OrganizationClient,
) -> None:
    """The URL of the simulator's page with its parameters, and the connection's sync job is due."""
    connection_id = add_own_connection(any_organization)
    _, before = wake_of(any_organization, connection_id)
    back = "https://app.example/back?a=1&b=ü"
    answer = connect(any_organization, platform="x", redirectUrl=back)
    assert (answer["platform"], answer["profileId"]) == ("x", connection_id)
    page = urlsplit(answer["access_url"])
    assert (page.scheme, page.netloc, page.path) == ("http", "127.0.0.1:8990", "/connect")
    assert parse_qs(page.query) == {"platform": ["x"], "redirectUrl": [back]}
    assert wake_of(any_organization, connection_id)[1] == before + 1


def test_connect_takes_back_what_was_disconnected(any_organization: OrganizationClient) -> None:
    """Connecting a platform reconnects its accounts; those of other platforms stay disconnected."""
    add_own_connection(any_organization)
    known = sync_accounts(any_organization, *PAGES)
    for account in known:
        disconnect(any_organization, account.id)
    assert any_organization.get("/profile") == NOBODY
    connect(any_organization, platform="facebook")
    links = any_organization.get("/profile")["accountLinks"]
    assert [each["accountId"] for each in links] == [known[0].id, known[2].id]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "platform"),
        ({"platform": "myspace"}, "platform"),
        ({"platform": "x", "redirectUrl": "javascript:alert(1)"}, "redirectUrl"),
        ({"platform": "x", "redirectUrl": "/back"}, "redirectUrl"),
        ({"platform": "x", "redirectUrl": "https://"}, "redirectUrl"),
        ({"platform": "x", "redirectUrl": "https://a.example:99999/"}, "redirectUrl"),
        ({"platform": "x", "redirectUrl": "https://a.example/\nSet-Cookie: a"}, "redirectUrl"),
        ({"platform": "x", "redirectUrl": "https://a.example/" + "a" * 9000}, "redirectUrl"),
        ({"platform": "x", "redirect": "https://a.example/"}, "redirect"),
    ],
)
def test_connect_names_what_is_wrong(
    organization: OrganizationClient, body: dict[str, str], field: str
) -> None:
    """400 with the field."""
    answer = organization.call("POST", "/connect", json=body)
    assert list(expect_error(answer, 400, "INVALID_INPUT")) == [field]


def test_reading_the_profile_refreshes_stale_accounts(any_organization: OrganizationClient) -> None:
    """A sync younger than 30 s is enough; an older one is repeated, unless the keys are refused."""
    connection_id = add_own_connection(any_organization)
    sync_accounts(any_organization, *PAGES)

    def asked(**values: object) -> bool:
        with any_organization.api.database.write() as session:
            old = clock.now(session) - timedelta(seconds=31)
            changed = {"accounts_synced_at": old, **values}
            query = update(CONNECTION).where(CONNECTION.c.id == connection_id).values(changed)
            session.connection().execute(query)
        before = wake_of(any_organization, connection_id)[1]
        any_organization.get("/profile")
        return wake_of(any_organization, connection_id)[1] > before

    with any_organization.api.database.read() as session:
        now = clock.now(session)
    assert not asked(accounts_synced_at=now)
    assert asked()
    assert not asked(refused_at=now)
    assert not asked(refused_at=None, blocked_until=now + timedelta(hours=1))
