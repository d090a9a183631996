"""A network for tests whose server allows the access on a page of its own, on loopback.

It answers with a code that works once, or with the password itself in the address, as networks do.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx

from provider.connect_form import (
    Authorization,
    AuthorizationPage,
    ConnectField,
    ConnectForm,
    CreateClient,
    NewConnection,
    split_state,
)
from provider.errors import GiveUp, InvalidInput, Reconnect, Retry
from provider.protocol import Profile
from provider.registry import ProviderType
from tests.media_host import Answer, MediaHost, Request
from tests.testnet import CAPABILITIES, NAME, PLATFORM

PASSWORD = "the-password-in-the-address"
CODE = "the-code-of-the-server"
APP_SECRET = "the-secret-of-our-application"
OUT_OF_BAND = "shown"
INSTANCE = ConnectField("instance", "Instance", "Such as https://social.example", holds="address")
TOKEN = ConnectField("accessToken", "Access token", is_secret=True)
REFUSED = "the access was not allowed"


@dataclass(slots=True)
class Authnet:
    """The network. `gives_code`: with a code that is exchanged, else with the password at once.
    `codes`: those that the server will still take."""

    gives_code: bool = True
    codes: set[str] = field(default_factory=set)
    page: str | None = None
    host: MediaHost = field(init=False)

    def __post_init__(self) -> None:
        self.host = MediaHost(self._respond)

    @contextmanager
    def running(self) -> Iterator["Authnet"]:
        """Its server answers inside the block."""
        with self.host.running():
            yield self

    def provider_type(self) -> ProviderType:
        """Its entry for the registry."""

        def create(*_: object) -> object:
            raise AssertionError("no test publishes here")

        away = Authorization((INSTANCE,), self.begin, self.finish, has_code=self.gives_code)
        form = ConnectForm((PLATFORM,), (INSTANCE, TOKEN), self.connect, away)
        return ProviderType(
            NAME,
            CAPABILITIES,
            dict,
            create,  # type: ignore[arg-type]
            is_address_typed=True,
            connect_form=form,
        )

    async def connect(self, values: Mapping[str, str], _create: CreateClient) -> NewConnection:
        """The typed form."""
        return _connection(values["instance"], values["accessToken"])

    async def begin(
        self, values: Mapping[str, str], callback: str | None, create_client: CreateClient
    ) -> AuthorizationPage:
        """Registers, and names the server's page."""
        instance = values["instance"]
        if await _get(create_client, f"{instance}/register") != 200:
            raise InvalidInput("instance", "is no server of this network")
        if callback is None:
            asked = {"redirect_uri": OUT_OF_BAND}
        elif self.gives_code:
            address, state = split_state(callback)
            asked = {"redirect_uri": address, "state": state}
        else:
            asked = {"success_url": callback}
        url = self.page or f"{instance}/authorize?{urlencode(asked)}"
        return AuthorizationPage(url, {"instance": instance, "secret": APP_SECRET})

    async def finish(
        self, pending: Mapping[str, str], answer: Mapping[str, str], create_client: CreateClient
    ) -> NewConnection:
        """Exchanges the code, or takes the password."""
        assert pending["secret"] == APP_SECRET
        assert "state" not in answer
        if "error" in answer:
            raise GiveUp(REFUSED)
        if not self.gives_code:
            return _connection(pending["instance"], answer["password"])
        query = urlencode({"code": answer["code"]})
        if await _get(create_client, f"{pending['instance']}/token?{query}") != 200:
            raise Reconnect("the server does not accept the code", 400)
        return _connection(pending["instance"], PASSWORD)

    def _respond(self, request: Request) -> Answer:
        url = urlsplit(request.path)
        asked = {name: value[0] for name, value in parse_qs(url.query).items()}
        if url.path == "/token":
            is_right = asked["code"] in self.codes
            self.codes.discard(asked["code"])
            return Answer(status=200 if is_right else 400)
        if url.path == "/register":
            return Answer()
        return self._show_page(asked) if url.path == "/authorize" else Answer(status=404)

    def _show_page(self, asked: Mapping[str, str]) -> Answer:
        """What follows when a person has allowed the access, or not (`refuse`)."""
        if "refuse" in asked:
            added = {"error": "access_denied"}
        elif self.gives_code:
            self.codes.add(CODE)
            added = {"code": CODE}
        else:
            added = {"user_login": "alice", "password": PASSWORD}
        target = asked.get("redirect_uri") or asked["success_url"]
        if target == OUT_OF_BAND:
            return Answer(CODE.encode())
        kept = {"state": asked["state"]} if "state" in asked else {}
        mark = "&" if "?" in target else "?"
        return Answer(
            status=302, headers={"Location": f"{target}{mark}{urlencode({**added, **kept})}"}
        )


def _connection(instance: str, secret: str) -> NewConnection:
    profile = Profile("alice", PLATFORM, "Alice", "alice@social.example", "OK")
    return NewConnection(instance, {"token": secret}, (profile,))


async def _get(create_client: CreateClient, url: str) -> int:
    try:
        return (await create_client().request("GET", url)).status_code
    except httpx.InvalidURL:
        raise InvalidInput("instance", "must be an https:// address") from None
    except httpx.ConnectError:
        raise Retry("the server cannot be reached") from None
