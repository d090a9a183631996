"""The providers: the only list of them. Everything else finds a provider here, by its name."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from provider.aiohttp_client import HttpClient
from provider.credentials import CredentialSource, SessionStore
from provider.protocol import Capabilities, Profile, Provider
from provider.swonkie import client as swonkie
from provider.swonkie.credentials import SwonkieCredentials

CredentialFields = Mapping[str, str | None]
CreateProvider = Callable[[HttpClient, str, CredentialSource[Any], SessionStore], Provider]


@dataclass(frozen=True, slots=True)
class ConnectField:
    """What a person enters to connect; `name` as in the API's `credentials`."""

    name: str
    label: str
    hint: str = ""
    is_secret: bool = False
    is_required: bool = True


@dataclass(frozen=True, slots=True)
class NewConnection:
    """Credentials that the provider accepted, and the accounts that they open.

    `address`: of the server. `credentials`: as they are stored. `session`: one that was begun.
    """

    address: str
    credentials: dict[str, str | None] = field(repr=False)
    profiles: tuple[Profile, ...]
    session: str | None = field(default=None, repr=False)


class CreateClient(Protocol):
    """Makes clients that judge each address and connect to what they judged; the caller of the
    form's function closes them. `allow_private`: servers may have private addresses, and http."""

    @property
    def allow_private(self) -> bool:
        """Whether the settings allow it: in development and tests."""
        ...

    def __call__(self) -> HttpClient:
        """A new client."""
        ...


@dataclass(frozen=True, slots=True)
class ConnectForm:
    """How a person connects accounts of these networks: the fields, and the function that tries
    what was entered.

    The function raises provider errors whose words are fit for people, and InvalidInput where a
    field is wrong.
    """

    platforms: tuple[str, ...]
    fields: tuple[ConnectField, ...]
    connect: Callable[[Mapping[str, str], CreateClient], Awaitable[NewConnection]]


@dataclass(frozen=True, slots=True)
class ProviderType:
    """One kind of provider.

    `create` gets the HTTP client, the address of the connection, and the sources of its credentials
    and its session. `parse_credentials` reads the stored fields. `is_address_typed`: people type
    the address, so that the client must judge and pin it.
    """

    name: str
    capabilities: Capabilities
    parse_credentials: Callable[[CredentialFields], Any]
    create: CreateProvider
    is_address_typed: bool = False
    connect_form: ConnectForm | None = None


def connect_form_for(
    platform: str, providers: Mapping[str, ProviderType] | None = None
) -> tuple[str, ConnectForm] | None:
    """The provider that people connect accounts of a network with directly, and its form.
    `providers`: where to look, instead of in all."""
    for name, each in (PROVIDERS if providers is None else providers).items():
        if each.connect_form is not None and platform in each.connect_form.platforms:
            return name, each.connect_form
    return None


def _swonkie(name: str) -> ProviderType:
    return ProviderType(
        name=name,
        capabilities=swonkie.CAPABILITIES,
        parse_credentials=SwonkieCredentials.parse,
        create=lambda client, address, credentials, _sessions: swonkie.Swonkie(
            client, address, credentials
        ),
    )


# The simulator has Swonkie's API.
PROVIDERS: Final[dict[str, ProviderType]] = {
    each.name: each for each in (_swonkie("simulator"), _swonkie("swonkie"))
}
CAPABILITIES: Final[Mapping[str, Capabilities]] = {
    name: each.capabilities for name, each in PROVIDERS.items()
}
