"""One provider object per connection, with credentials from the database or the environment.

A changed key is used within a minute, or at once when the old key is refused.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from models.database import Database
from models.encryption import Cipher
from models.snapshot import ConnectionView
from provider.aiohttp_client import HttpClient
from provider.errors import Reconnect
from provider.pinned_client import CreatePinned
from provider.protocol import Provider
from provider.registry import CredentialFields, ProviderType
from worker.connection_credentials import ConnectionCredentials, CredentialStore
from worker.connection_sessions import ConnectionSessions


@dataclass(frozen=True, slots=True)
class Environment:
    """The provider that the environment names: its address and its credentials."""

    provider: str
    address: str
    credentials: CredentialFields = field(repr=False)


class ProviderCache:
    """One in each process. `create_pinned` makes a client for one host that judges each address and
    connects to what it judged: for addresses that people typed."""

    def __init__(
        self,
        database: Database,
        cipher: Cipher,
        environment: Environment,
        providers: Mapping[str, ProviderType],
        client: HttpClient,
        create_pinned: CreatePinned,
    ) -> None:
        self._database, self._cipher = database, cipher
        self._environment, self._providers = environment, providers
        self._client, self._create_pinned = client, create_pinned
        self._pinned: list[HttpClient] = []
        self._cache: dict[ConnectionKey, Provider] = {}

    def get(self, connection: ConnectionView) -> Provider:
        """The connection's provider, always the same object as long as its address stays. Its first
        call reads credentials. Reconnect for a provider that this version does not have."""
        key = (connection.id, connection.provider, connection.address)
        provider = self._cache.get(key)
        if provider is None:  # several threads may come here at once: the first object stays
            provider = self._cache.setdefault(key, self._create(connection))
        return provider

    async def close(self) -> None:
        """Close the connections of the pinned clients; the shared client is the caller's."""
        for client in self._pinned:
            await client.aclose()

    def _create(self, connection: ConnectionView) -> Provider:
        kind = self._providers.get(connection.provider)
        if kind is None:
            raise Reconnect(f"this version has no provider {connection.provider}")
        store = CredentialStore(
            self._database,
            self._cipher,
            self._environment.provider,
            self._environment.credentials,
            kind,
        )
        client = self._pin(kind) if kind.is_address_typed else self._client
        return kind.create(
            client,
            connection.address or self._environment.address,
            ConnectionCredentials(store, connection.id),
            ConnectionSessions(self._database, self._cipher, connection.id),
        )

    def _pin(self, kind: ProviderType) -> HttpClient:
        client = self._create_pinned(keeps_connections=kind.keeps_connections)
        self._pinned.append(client)
        return client


ConnectionKey = tuple[str, str, str | None]
