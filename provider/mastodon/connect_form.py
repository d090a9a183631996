"""How a person connects a Mastodon account: on a page of its server, or with an access token."""

from collections.abc import Mapping
from typing import Any, Final

import httpx

from provider.connect_form import (
    Authorization,
    AuthorizationPage,
    ConnectField,
    ConnectForm,
    CreateClient,
    NewConnection,
)
from provider.credentials import MemorySession
from provider.errors import GiveUp, Reconnect
from provider.mastodon import authorization
from provider.mastodon.account import PLATFORM
from provider.mastodon.client import Mastodon
from provider.mastodon.credentials import MastodonCredentials
from provider.mastodon.http import MastodonHttp
from provider.mastodon.server_address import FIELD, parse_instance

INSTANCE: Final = ConnectField(
    FIELD, "Server", "Where the account is, such as mastodon.social", holds="address"
)
ACCESS_TOKEN: Final = ConnectField(
    "accessToken",
    "Access token",
    "Made at your server: Preferences, Development, New application, with the scopes "
    f"{' '.join(authorization.SCOPES)}",
    is_secret=True,
)
REFUSED: Final = (
    "the Mastodon server did not accept the access token; check the server, and copy the token "
    "again: Preferences, Development, your application"
)


def connect_form() -> ConnectForm:
    """The form for a token, and the way by the server's page."""
    page = Authorization((INSTANCE,), _begin, _finish, has_code=True)
    return ConnectForm((PLATFORM,), (INSTANCE, ACCESS_TOKEN), _connect, page)


async def _connect(values: Mapping[str, str], create_client: CreateClient) -> NewConnection:
    address = parse_instance(values[FIELD], allow_http=create_client.allow_private)
    return await _try(address, values["accessToken"].strip(), create_client)


async def _begin(
    values: Mapping[str, str], callback: str | None, create_client: CreateClient
) -> AuthorizationPage:
    address = parse_instance(values[FIELD], allow_http=create_client.allow_private)
    http = MastodonHttp(_FreshConnections(create_client), address)
    return await authorization.begin(http, callback)


async def _finish(
    pending: Mapping[str, str], answer: Mapping[str, str], create_client: CreateClient
) -> NewConnection:
    http = MastodonHttp(_FreshConnections(create_client), pending[authorization.ADDRESS])
    return await _try(http.base, await authorization.finish(http, pending, answer), create_client)


async def _try(address: str, token: str, create_client: CreateClient) -> NewConnection:
    """The connection, with the account that the token opens."""
    credentials = MastodonCredentials(token)
    client = Mastodon(
        _FreshConnections(create_client), address, _Entered(credentials), MemorySession()
    )
    profiles = await client.profiles()
    if any(each.status_level != "OK" for each in profiles):
        levels = ", ".join(each.status_level for each in profiles)
        raise GiveUp(f"this Mastodon account cannot be posted to at the moment ({levels})")
    return NewConnection(address, credentials.to_fields(), tuple(profiles))


class _FreshConnections:
    """Implements HttpClient: a new client for each call, because a server may close a connection
    that was kept without a word."""

    def __init__(self, create_client: CreateClient) -> None:
        self._create_client = create_client

    async def request(self, method: str, url: str, **content: Any) -> httpx.Response:  # noqa: ANN401
        """The response."""
        return await self._create_client().request(method, url, **content)

    async def aclose(self) -> None:
        """The caller of the form's functions closes the clients."""


class _Entered:
    """The token that was entered; there is no other."""

    def __init__(self, credentials: MastodonCredentials) -> None:
        self._credentials = credentials

    async def current(self) -> MastodonCredentials:
        """What was entered."""
        return self._credentials

    async def after_refusal(self, refused: MastodonCredentials) -> MastodonCredentials:  # noqa: ARG002
        """The sentence for the person."""
        raise Reconnect(REFUSED, 401)
