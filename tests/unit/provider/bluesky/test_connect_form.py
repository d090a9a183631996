"""Connecting a Bluesky account: what was entered is tried; what a person reads where it fails."""

import asyncio
from dataclasses import dataclass, field

import httpx
import pytest

from provider.bluesky.connect_form import REFUSED, connect_form
from provider.bluesky.credentials import BlueskyCredentials
from provider.connect_form import NewConnection
from provider.errors import GiveUp, InvalidInput, ProviderError, Reconnect, Retry
from tests.unit.provider.bluesky import fake_server
from tests.unit.provider.bluesky.connections import PASSWORD
from tests.unit.provider.bluesky.fake_server import ADDRESS, HANDLE, FakeServer

# Unlike the fake server's own, one that a directory may have.
DID = "did:plc:437rr7ssdwwcv35ai57fybuw"
ENTERED = {"handle": HANDLE, "appPassword": PASSWORD}


@dataclass(slots=True)
class Network:
    """A directory that knows the one account, and its server; makes clients for both."""

    server: FakeServer = field(default_factory=FakeServer)
    allow_private: bool = False
    lost: str = ""
    made: list[httpx.AsyncClient] = field(default_factory=list)

    def __call__(self) -> httpx.AsyncClient:
        """A client."""
        client = httpx.AsyncClient(transport=httpx.MockTransport(self.answer))
        self.made.append(client)
        return client

    async def answer(self, request: httpx.Request) -> httpx.Response:
        """The response to any call."""
        name = request.url.path.rpartition(".")[2]
        if name == "resolveHandle":
            is_known = request.url.params["handle"] == HANDLE
            return httpx.Response(200, json={"did": DID}) if is_known else self._unknown()
        if name == "getLatestCommit" and self.lost:
            return httpx.Response(400, json={"error": self.lost, "message": "Sorry"})
        if request.url.host == "plc.directory":
            return httpx.Response(200, json=DOCUMENT)
        if f"{request.url.scheme}://{request.url.host}" != ADDRESS:
            raise httpx.ConnectError("nobody listens")
        return await self.server.answer(request)

    @staticmethod
    def _unknown() -> httpx.Response:
        return httpx.Response(400, json={"error": "InvalidRequest"})


DOCUMENT = {
    "id": DID,
    "alsoKnownAs": [f"at://{HANDLE}"],
    "service": [
        {"id": "#atproto_pds", "type": "AtprotoPersonalDataServer", "serviceEndpoint": ADDRESS}
    ],
}


@pytest.fixture(autouse=True)
def _account_of_a_directory(monkeypatch: pytest.MonkeyPatch) -> None:
    """The fake server's account has this DID."""
    monkeypatch.setattr(fake_server, "DID", DID)


def connect(network: Network, **values: str) -> NewConnection:
    """Connect with these values instead of the right ones."""

    async def run() -> NewConnection:
        found = await connect_form().connect({**ENTERED, **values}, network)
        for client in network.made:
            await client.aclose()
        return found

    return asyncio.run(run())


def refusal(network: Network, **values: str) -> ProviderError:
    """The error of a try that must fail, without the password in its words."""
    with pytest.raises(ProviderError) as error:
        connect(network, **values)
    assert values.get("appPassword", PASSWORD) not in str(error.value)
    return error.value


@pytest.mark.parametrize("handle", [HANDLE, f"@{HANDLE}", HANDLE.upper(), DID, f" \u200b{HANDLE}"])
def test_an_account_is_found_and_signed_in(handle: str) -> None:
    """By its handle as people write it, or its DID: with its server, session and profile."""
    network = Network()
    found = connect(network, handle=handle)
    assert found.address == ADDRESS
    assert BlueskyCredentials.parse(found.credentials) == BlueskyCredentials(DID, PASSWORD)
    assert [(each.id, each.username, each.platform) for each in found.profiles] == [
        (DID, HANDLE, "bluesky")
    ]
    assert "access-1" in (found.session or "")
    assert network.server.calls["createSession"] == 1


@pytest.mark.parametrize("service", [ADDRESS, "pds.test", f"{ADDRESS}/"])
def test_a_server_can_be_named(service: str) -> None:
    """With its address, or by its name alone."""
    assert connect(Network(), service=service).address == ADDRESS


def test_a_wrong_password_is_told_in_words() -> None:
    """After one try: a server allows few."""
    network = Network()
    error = refusal(network, appPassword="wrong-wrong-wrong")
    assert isinstance(error, Reconnect)
    assert str(error) == REFUSED
    assert network.server.calls["createSession"] == 1


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"handle": "nobody.test"}, "handle"),
        ({"handle": "no handle"}, "handle"),
        ({"handle": "did:plc:nobody"}, "handle"),
        ({"service": "http://pds.test"}, "service"),
        ({"service": "https://127.0.0.1"}, "service"),
        ({"service": "https://169.254.169.254"}, "service"),
        ({"service": "https://user:pw@pds.test"}, "service"),
        ({"service": "ftp://pds.test"}, "service"),
    ],
)
def test_a_wrong_value_is_named(values: dict[str, str], name: str) -> None:
    """With its field; the password was sent nowhere."""
    network = Network()
    error = refusal(network, **values)
    assert isinstance(error, InvalidInput)
    assert error.field == name
    assert network.server.calls["createSession"] == 0


def test_a_server_that_does_not_answer() -> None:
    """It may be tried again."""
    assert isinstance(refusal(Network(), service="https://away.test"), Retry)


def test_an_account_that_was_taken_down() -> None:
    """Nobody can sign in, so the password proves nothing: it is not connected."""
    error = refusal(Network(lost="RepoTakendown"))
    assert isinstance(error, GiveUp)
    assert "TAKENDOWN" in str(error)


def test_secrets_are_not_shown() -> None:
    """By the representation of what is handed over."""
    found = connect(Network())
    assert PASSWORD not in repr(found)
    assert "access-1" not in repr(found)
    assert PASSWORD not in repr(BlueskyCredentials.parse(found.credentials))
