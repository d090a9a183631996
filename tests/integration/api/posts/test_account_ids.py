"""`accountIds` of publish: naming the accounts that a post goes to."""

import pytest

from models.accounts import Account
from tests.integration.account_factories import add_own_connection, sync_accounts
from tests.integration.live_server import Json, OrganizationClient, expect_error


@pytest.fixture
def synced_accounts(any_organization: OrganizationClient) -> list[Account]:
    """The accounts of an organization: two on facebook, one on x, and a broken one on linkedin."""
    add_own_connection(any_organization)
    levels = ("facebook", "OK"), ("facebook", "OK"), ("x", "OK"), ("linkedin", "EXPIRED")
    return sync_accounts(any_organization, *levels)


def deliveries(organization: OrganizationClient, **fields: Json) -> list[tuple[str, str | None]]:
    """(platform, account) of each delivery of a new draft."""
    when = {"publishMode": "draft", "scheduledAt": "2030-01-01T00:00:00Z"}
    organization.publish(**when, **fields)
    post = organization.posts()[0]
    return [(each["platform"], each["accountId"]) for each in post["providerPlatforms"]]


def test_a_named_account_stands_for_its_platform(
    any_organization: OrganizationClient, synced_accounts: list[Account]
) -> None:
    """Other platforms go to their default account, which is chosen when the draft is created."""
    found = deliveries(
        any_organization,
        platforms=["facebook", "x"],
        accountIds=[synced_accounts[1].id, synced_accounts[3].id],
    )
    expected = [
        ("facebook", synced_accounts[1].id),
        ("x", None),
        ("linkedin", synced_accounts[3].id),
    ]
    assert found == expected
    assert any_organization.posts()[0]["platforms"] == ["facebook", "x", "linkedin"]


@pytest.mark.parametrize("platforms", [..., []])
def test_accounts_alone_are_all(
    any_organization: OrganizationClient, synced_accounts: list[Account], platforms: Json
) -> None:
    """Without platforms a post goes only to these accounts, once each; defaults are ignored."""
    any_organization.put_settings(defaultPlatforms=["x"])
    ids = [synced_accounts[1].id, synced_accounts[0].id, synced_accounts[1].id]
    found = deliveries(any_organization, platforms=platforms, accountIds=ids)
    assert sorted(found) == sorted(
        [("facebook", synced_accounts[1].id), ("facebook", synced_accounts[0].id)]
    )


def test_no_accounts_are_the_defaults(
    any_organization: OrganizationClient, synced_accounts: list[Account]
) -> None:
    """An empty list names no account."""
    assert synced_accounts
    assert deliveries(any_organization, platforms=["x"], accountIds=[]) == [("x", None)]


def test_what_is_not_connected_is_refused(
    any_organization: OrganizationClient, synced_accounts: list[Account]
) -> None:
    """Unknown, disconnected, deleted or another's: each is named by its index; nothing is
    stored."""
    other = any_organization.api.create_organization()
    add_own_connection(other)
    theirs = sync_accounts(other, ("x", "OK"))[0]
    levels = ("facebook", "OK"), ("facebook", "OK"), ("x", "GONE"), ("linkedin", "OK")
    sync_accounts(any_organization, *levels)
    body = {"accountId": synced_accounts[0].id}
    any_organization.call("POST", "/disconnect-account", json=body).raise_for_status()
    ids = [synced_accounts[1].id, "nobody", synced_accounts[0].id, synced_accounts[2].id, theirs.id]
    answer = any_organization.try_publish(platforms=["x"], accountIds=ids)
    wrong = expect_error(answer, 400, "INVALID_INPUT")
    assert list(wrong) == [f"accountIds[{place}]" for place in (1, 2, 3, 4)]
    assert any_organization.posts() == []


def test_the_checks_see_the_platforms_of_accounts(
    any_organization: OrganizationClient, synced_accounts: list[Account]
) -> None:
    """A caption that is too long for x is refused for an account on x, too."""
    answer = any_organization.try_publish(
        platforms=..., accountIds=[synced_accounts[2].id], caption="long " * 2000
    )
    assert "caption" in expect_error(answer, 400, "INVALID_INPUT")
