"""Disconnecting an account that was connected here, its posts, and connecting it again."""

import pytest

from models.database import Database
from services.connecting.account_overview import AccountState, list_overviews
from services.errors import NotFound
from tests.integration.services.connecting_organization import ConnectingOrganization


def states(acme: ConnectingOrganization) -> list[tuple[str, AccountState]]:
    """The accounts with their states, as people see them."""
    with acme.database.read() as session:
        listed = list_overviews(session, acme.context, acme.id)
    return [(each.name, each.state) for each in listed]


def test_the_credentials_are_deleted(database: Database) -> None:
    """With the session; the rows stay, for the old posts. Repeating it is harmless."""
    acme = ConnectingOrganization(database)
    account = acme.connect().links[0].account
    for _ in range(2):
        acme.disconnect(account.id)
        (connection,) = acme.connections()
        assert (connection.credentials, connection.session) == (None, None)
        assert connection.disconnected_at is not None
        assert acme.linked() == []
        assert states(acme) == [("Alice", AccountState.DISCONNECTED)]
    assert len(acme.accounts(connection.id)) == 1


@pytest.mark.parametrize("is_named", [True, False])
def test_posts_wait_until_it_is_connected_again(database: Database, *, is_named: bool) -> None:
    """A post for the account, or for its network, says why it waits; connecting wakes it."""
    acme = ConnectingOrganization(database)
    account = acme.connect().links[0].account
    post = acme.publish(*([account.id] if is_named else []))
    assert acme.problem_of(post) is None
    acme.disconnect(account.id)
    assert acme.is_awake(post)
    assert "Alice cannot be used: its connection was disconnected" in (acme.problem_of(post) or "")
    acme.put_to_sleep()
    acme.hold(post)
    acme.connect()
    assert acme.is_awake(post)
    assert acme.problem_of(post) is None
    assert states(acme) == [("Alice", AccountState.OK)]


def test_a_new_post_for_the_network_goes_to_another_account(database: Database) -> None:
    """While the default account is disconnected; a post that was meant for that one waits."""
    acme = ConnectingOrganization(database)
    first = acme.connect().links[0].account
    acme.connect(handle="bob")
    before = acme.publish()
    acme.disconnect(first.id)
    assert acme.problem_of(before) is not None
    assert acme.problem_of(acme.publish()) is None
    assert acme.linked() == ["Bob"]


def test_a_refused_account_needs_attention(sqlite_database: Database) -> None:
    """Until it is connected again."""
    acme = ConnectingOrganization(sqlite_database)
    acme.refuse(acme.connect().connection_id)
    assert states(acme) == [("Alice", AccountState.NEEDS_ATTENTION)]
    acme.connect()
    assert states(acme) == [("Alice", AccountState.OK)]


def test_anothers_account(database: Database) -> None:
    """It is unknown to this organization, and stays connected."""
    acme, other = ConnectingOrganization(database), ConnectingOrganization(database)
    account = other.connect().links[0].account
    with pytest.raises(NotFound):
        acme.disconnect(account.id)
    assert other.linked() == ["Alice"]
