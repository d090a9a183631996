"""The limits of an account's own server: kept with the account, renewed by each account sync, and
asked for when a post is accepted."""

from models.store import clock
from models.store.tenants import accounts
from models.store.tenants.accounts import ConnectedProfile
from provider.protocol import AccountLimits, Profile
from tests.integration.account_factories import add_own_connection
from tests.integration.live_server import OrganizationClient


def sync_limits(organization: OrganizationClient, connection_id: str, characters: int) -> None:
    """What an account sync writes for an account whose server takes so many characters."""
    limits = AccountLimits(characters, url_length=23, files=4)
    found = Profile("1@social.test", "mastodon", "Alice", "@alice@social.test", "OK", limits)
    connected = ConnectedProfile(
        found.id, found.platform, found.name, found.username, "OK", found.limits_by_name()
    )
    with organization.api.database.write() as session:
        accounts.sync(session, connection_id, [connected], clock.now(session))


def refusal(organization: OrganizationClient, length: int) -> str | None:
    """What is wrong with a caption of so many letters; None if the post is accepted."""
    answer = organization.try_publish(
        caption="x" * length,
        platforms=["mastodon"],
        publishMode="draft",
        scheduledAt="2030-01-01T00:00:00Z",
    )
    return None if answer.is_success else answer.text


def test_the_accounts_server_decides(any_organization: OrganizationClient) -> None:
    """Before it is known the network's usual limit counts; then the server's, as it is now."""
    organization = any_organization
    connection_id = add_own_connection(organization)
    assert "at most 500 " in (refusal(organization, 501) or "")
    sync_limits(organization, connection_id, 5_000)
    assert refusal(organization, 5_000) is None
    said = refusal(organization, 5_001) or ""
    assert "mastodon takes at most 5000 characters on the account's server" in said
    sync_limits(organization, connection_id, 600)
    assert "at most 600 " in (refusal(organization, 601) or "")
