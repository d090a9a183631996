"""Connecting an account: what is written, and when nothing is."""

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from models.database import Database
from models.store import clock
from models.store.jobs import job_queue
from models.store.tenants import social_settings
from models.task_names import JobKind
from services.connecting import store_connection
from services.errors import Conflict, ProviderUnavailable, ValidationFailed
from tests.integration.services.connecting_organization import ConnectingOrganization
from tests.service_context import CIPHER
from tests.testnet import NAME, PASSWORD, PLATFORM, REFUSED, SERVICE, SESSION, Testnet
from tests.wait import wait_until


def test_what_is_written(database: Database) -> None:
    """The connection with its address, encrypted credentials and session, and its account."""
    acme = ConnectingOrganization(database)
    found = acme.connect()
    (connection,) = acme.connections()
    assert (connection.id, connection.provider) == (found.connection_id, NAME)
    assert connection.address == SERVICE
    assert json.loads(CIPHER.decrypt(connection.credentials or "")) == {
        "handle": "alice",
        "appPassword": PASSWORD,
    }
    assert CIPHER.decrypt(connection.session or "") == SESSION
    assert connection.accounts_synced_at is not None
    (link,) = found.links
    assert (link.account.name, link.account.platform, link.is_default) == ("Alice", PLATFORM, True)
    assert acme.linked() == ["Alice"]
    assert PASSWORD not in acme.stored_texts()
    assert SESSION not in acme.stored_texts()


def test_each_account_has_a_connection_of_its_own(database: Database) -> None:
    """The first one stays the default of its network."""
    acme = ConnectingOrganization(database)
    first, second = acme.connect(), acme.connect(handle="bob")
    assert first.connection_id != second.connection_id
    assert [each.is_default for each in (*first.links, *second.links)] == [True, False]
    assert acme.linked() == ["Alice", "Bob"]


def test_connecting_again_keeps_the_account(database: Database) -> None:
    """The same rows get the new credentials, and the refusal of the old ones is forgotten."""
    acme = ConnectingOrganization(database)
    first = acme.connect()
    acme.refuse(first.connection_id)
    before = acme.connections()[0].credentials
    again = acme.connect(handle="alice")
    assert again.connection_id == first.connection_id
    assert [each.account.id for each in again.links] == [first.links[0].account.id]
    (connection,) = acme.connections()
    assert connection.refused_at is None
    assert connection.credentials not in (None, before)


def test_two_organizations_connect_the_same_account(database: Database) -> None:
    """Each has its own connection."""
    network = Testnet()
    acme, other = (ConnectingOrganization(database, network) for _ in range(2))
    assert acme.connect().connection_id != other.connect().connection_id
    assert (len(acme.connections()), len(other.connections())) == (1, 1)


@pytest.mark.parametrize(
    ("values", "field", "words"),
    [
        ({"appPassword": "wrong"}, "credentials", REFUSED),
        ({"appPassword": ""}, "credentials.appPassword", "is required"),
        ({"handle": " \t "}, "credentials.handle", "is required"),
        ({"handle": "a\nb"}, "credentials.handle", "one line"),
        ({"handle": "a\x1b[2J"}, "credentials.handle", "control characters"),
        ({"handle": "\ud800"}, "credentials.handle", "control characters"),
        ({"appPassword": "x" * 2_001}, "credentials.appPassword", "at most 2000"),
        ({"password": "hunter2"}, "credentials", "handle, appPassword, service"),
    ],
)
def test_wrong_values_write_nothing(
    sqlite_database: Database, values: dict[str, str], field: str, words: str
) -> None:
    """Each is refused with its field and a sentence, which never shows a value."""
    acme = ConnectingOrganization(sqlite_database)
    with pytest.raises(ValidationFailed) as refusal:
        acme.connect(**values)
    (detail,) = refusal.value.details
    assert detail["field"] == field
    assert words in detail["message"]
    assert not any(len(each) > 5 and each in str(refusal.value) for each in values.values())
    assert acme.connections() == []


def test_a_network_without_a_form(sqlite_database: Database) -> None:
    """Credentials for it are refused."""
    acme = ConnectingOrganization(sqlite_database)
    with pytest.raises(ValidationFailed, match="x has no form"):
        asyncio.run(acme.context.connector.try_values(acme.id, "x", {}))


@pytest.mark.parametrize(
    "service",
    [
        "http://127.0.0.1:9/",
        "http://[::1]:9/",
        "http://169.254.169.254/latest/meta-data",
        "http://localhost:9/",
        "http://0x7f000001:9/",
        "http://[::ffff:10.0.0.1]/",
    ],
)
def test_a_private_address_is_never_called(sqlite_database: Database, service: str) -> None:
    """The client that a form gets refuses it before it connects."""
    acme = ConnectingOrganization(sqlite_database, allow_private=False)
    with pytest.raises(ProviderUnavailable, match="must have a public address"):
        acme.connect(service=service)
    assert acme.connections() == []


def test_a_server_that_never_answers(sqlite_database: Database) -> None:
    """The try ends at its deadline, in words, and nothing is written."""
    acme = ConnectingOrganization(sqlite_database, Testnet(hangs=True), deadline=0.05)
    with pytest.raises(ProviderUnavailable, match=r"did not answer within 0\.05 s"):
        acme.connect()
    assert acme.connections() == []


def test_few_tries_at_once(sqlite_database: Database) -> None:
    """Three of one organization run together; the others wait for them, and come to their turn."""

    async def connect_eight() -> None:
        acme.network.gate, acme.network.crowd = asyncio.Event(), asyncio.Event()
        tasks = [asyncio.create_task(acme.connecting(handle=f"user{n}")) for n in range(8)]
        await acme.network.crowd.wait()
        acme.network.gate.set()
        await asyncio.gather(*tasks)

    acme = ConnectingOrganization(sqlite_database)
    asyncio.run(connect_eight())
    assert acme.network.most_at_once == 3
    assert len(acme.connections()) == 8


def test_the_same_account_at_once(database: Database) -> None:
    """Several tries of one account make one connection."""

    async def connect_six() -> set[str]:
        tries = [acme.connecting() for _ in range(6)]
        return {found.connection_id for found in await asyncio.gather(*tries)}

    acme = ConnectingOrganization(database)
    assert asyncio.run(connect_six()) == {acme.connections()[0].id}
    assert len(acme.connections()) == 1


def test_the_limit_of_connections(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another account is refused; one that is there can be connected again."""
    monkeypatch.setattr(store_connection, "MAX_CONNECTIONS", 1)
    acme = ConnectingOrganization(sqlite_database)
    acme.connect()
    with pytest.raises(Conflict, match="disconnect an account first"):
        acme.connect(handle="bob")
    acme.connect()
    assert acme.linked() == ["Alice"]


def test_an_account_that_needs_attention(sqlite_database: Database) -> None:
    """It is connected all the same, and shows what is wrong."""
    acme = ConnectingOrganization(sqlite_database, Testnet(status_level="SUSPENDED"))
    (link,) = acme.connect().links
    assert link.account.status_level == "SUSPENDED"


def test_locks_are_taken_in_the_order_of_a_sync(postgres_database: Database) -> None:
    """A sync holds the connection's job when it locks the settings. Connecting again waits for it
    with nothing locked, so that neither waits for ever."""
    acme = ConnectingOrganization(postgres_database)
    connection_id = acme.connect().connection_id
    with ThreadPoolExecutor(1) as threads:
        with postgres_database.write() as session:
            job_queue.ensure_due(session, JobKind.ACCOUNTS, connection_id, "", clock.now(session))
            again = threads.submit(acme.connect)
            wait_until(lambda: _waits_for_a_lock(postgres_database))
            social_settings.lock_organization(session, acme.id)
        assert again.result(timeout=30).connection_id == connection_id


def _waits_for_a_lock(database: Database) -> bool:
    query = text(
        "SELECT count(*) FROM pg_stat_activity "
        "WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    with database.read() as session:
        return bool(session.connection().execute(query).scalar_one())
