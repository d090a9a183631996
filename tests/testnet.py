"""A network for tests of connecting: one account for each handle, one app password for all."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

import httpx

from provider.aiohttp_client import HttpClient
from provider.connect_form import ConnectField, ConnectForm, CreateClient, NewConnection
from provider.errors import InvalidInput, Reconnect, Retry
from provider.protocol import Capabilities, Idempotency, Profile
from provider.registry import ProviderType

NAME = "testnet"
# A network that the API knows, and that Swonkie has no monopoly of.
PLATFORM = "threads"
PASSWORD = "abcd-efgh-ijkl-mnop"
SESSION = "the-session-of-testnet"
SERVICE = "https://testnet.example"
REFUSED = "Testnet did not accept the handle and app password; check both"
ENTERED = {"handle": "alice", "appPassword": PASSWORD}
CAPABILITIES = Capabilities(drafts=False, edit=False, idempotency=Idempotency.OWN_ID)


@dataclass(slots=True)
class Testnet:
    """The network's server. `tries`: the handles that were entered. `gate`: no try goes on before
    it is set; `crowd` is set when three tries are at the gate."""

    __test__ = False

    tries: list[str] = field(default_factory=list)
    status_level: str = "OK"
    answers: bool = False
    hangs: bool = False
    at_once: int = 0
    most_at_once: int = 0
    gate: asyncio.Event | None = None
    crowd: asyncio.Event | None = None

    def provider_type(self) -> ProviderType:
        """Its entry for the registry."""

        def create(*_: object) -> "TestnetProvider":
            return TestnetProvider(self)

        return ProviderType(
            name=NAME,
            capabilities=CAPABILITIES,
            parse_credentials=dict,
            create=create,  # type: ignore[arg-type]  # it has the calls that tests need
            is_address_typed=True,
            connect_form=ConnectForm((PLATFORM,), FIELDS, self.connect),
        )

    async def connect(
        self, values: Mapping[str, str], create_client: CreateClient
    ) -> NewConnection:
        """Accepts the one password. A service other than its own is called over HTTP."""
        self.tries.append(values["handle"])
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            await self._wait()
            if values.get("service", SERVICE) != SERVICE:
                await _call(create_client(), values["service"])
        finally:
            self.at_once -= 1
        if values["appPassword"] != PASSWORD:
            raise Reconnect(REFUSED, 401)
        handle = values["handle"]
        profile = Profile(f"did:{handle}", PLATFORM, handle.title(), handle, self.status_level)
        secrets: dict[str, str | None] = {"handle": handle, "appPassword": PASSWORD}
        return NewConnection(SERVICE, secrets, (profile,), SESSION)

    async def _wait(self) -> None:
        if self.hangs:
            await asyncio.Event().wait()
        if self.gate is not None and self.crowd is not None:
            if self.at_once == 3:
                self.crowd.set()
            await self.gate.wait()


FIELDS = (
    ConnectField("handle", "Handle", "Such as alice", holds="username"),
    ConnectField("appPassword", "App password", is_secret=True),
    ConnectField("service", "Server", is_required=False, holds="address"),
)


class TestnetProvider:
    """Lists alice, if the network `answers`; else it refuses every call."""

    __test__ = False

    def __init__(self, network: Testnet) -> None:
        self._network = network

    async def profiles(self) -> list[Profile]:
        """The one account."""
        if not self._network.answers:
            raise Reconnect("Testnet refuses the app password", 401)
        return [Profile("did:alice", PLATFORM, "Alice", "alice", self._network.status_level)]

    async def close(self) -> None:
        """Nothing to close."""


async def _call(client: HttpClient, service: str) -> None:
    try:
        response = await client.request("GET", service)
    except httpx.InvalidURL:
        raise InvalidInput("service", "must be an https:// address") from None
    except httpx.ConnectError as error:
        raise Retry(f"the server cannot be reached: {error}") from error
    raise InvalidInput("service", f"is no server of Testnet: it answered {response.status_code}")
