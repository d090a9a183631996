"""How a person connects a Bluesky account: a handle, an app password, perhaps a server."""

from collections.abc import Mapping
from typing import Final

from provider.bluesky.client import Bluesky
from provider.bluesky.credentials import BlueskyCredentials
from provider.bluesky.directory import PLC_DIRECTORY, PUBLIC_API, Directory, Identity
from provider.bluesky.profile import PLATFORM
from provider.connect_form import ConnectField, ConnectForm, CreateClient, NewConnection
from provider.credentials import MemorySession
from provider.errors import GiveUp, InvalidInput, Reconnect

FIELDS: Final = (
    ConnectField(
        "handle", "Handle", "The account's name, such as alice.bsky.social", holds="username"
    ),
    ConnectField(
        "appPassword",
        "App password",
        "Made in Bluesky: Settings, Privacy and security, App passwords",
        is_secret=True,
    ),
    ConnectField(
        "service",
        "Server",
        "Only for an account that is not found by its handle, such as https://pds.example",
        is_required=False,
        holds="address",
    ),
)
REFUSED: Final = (
    "Bluesky did not accept the handle and app password; check the handle, and make a new app "
    "password in Bluesky: Settings, Privacy and security, App passwords"
)


def connect_form(plc: str = PLC_DIRECTORY, public_api: str = PUBLIC_API) -> ConnectForm:
    """The form. `plc`: the directory of did:plc; `public_api`: whom to ask for handles."""

    async def connect(values: Mapping[str, str], create_client: CreateClient) -> NewConnection:
        directory = Directory(
            create_client(),
            plc=plc,
            public_api=public_api,
            allow_private=create_client.allow_private,
        )
        account = await _find(directory, values)
        return await _sign_in(account, values["appPassword"], create_client)

    return ConnectForm((PLATFORM,), FIELDS, connect)


async def _find(directory: Directory, values: Mapping[str, str]) -> Identity:
    """The account; InvalidInput where there is none. People leave out the `https://`."""
    service = values.get("service")
    if service is not None and "://" not in service:
        service = f"https://{service}"
    try:
        return await directory.find(values["handle"], service)
    except GiveUp as error:
        field = "service" if str(error).startswith("the server ") else "handle"
        raise InvalidInput(field, str(error)) from error


async def _sign_in(account: Identity, password: str, create_client: CreateClient) -> NewConnection:
    """The connection, with the session that the password began."""
    credentials, store = BlueskyCredentials(account.did, password), MemorySession()
    client = Bluesky(create_client(), account.server, _Entered(credentials), store)
    profiles = await client.profiles()
    if store.session is None:  # a lost account is listed, and the password was not tried
        levels = ", ".join(each.status_level for each in profiles)
        raise GiveUp(f"this Bluesky account cannot be posted to at the moment ({levels})")
    return NewConnection(account.server, credentials.to_fields(), tuple(profiles), store.session)


class _Entered:
    """The credentials that were entered; there are no others."""

    def __init__(self, credentials: BlueskyCredentials) -> None:
        self._credentials = credentials

    async def current(self) -> BlueskyCredentials:
        """What was entered."""
        return self._credentials

    async def after_refusal(self, refused: BlueskyCredentials) -> BlueskyCredentials:  # noqa: ARG002
        """The sentence for the person."""
        raise Reconnect(REFUSED, 401)
