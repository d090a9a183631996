"""The providers: the only list of them. Everything else finds a provider here, by its name."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from provider.aiohttp_client import HttpClient
from provider.bluesky import client as bluesky
from provider.bluesky.connect_form import connect_form
from provider.bluesky.credentials import BlueskyCredentials
from provider.connect_form import ConnectForm
from provider.credentials import CredentialSource, SessionStore
from provider.mastodon import client as mastodon
from provider.mastodon.connect_form import connect_form as mastodon_form
from provider.mastodon.credentials import MastodonCredentials
from provider.protocol import Capabilities, Provider
from provider.swonkie import client as swonkie
from provider.swonkie.credentials import SwonkieCredentials
from provider.wordpress import client as wordpress
from provider.wordpress.connect_form import connect_form as wordpress_form
from provider.wordpress.credentials import WordPressCredentials

CredentialFields = Mapping[str, str | None]
CreateProvider = Callable[[HttpClient, str, CredentialSource[Any], SessionStore], Provider]


@dataclass(frozen=True, slots=True)
class ProviderType:
    """One kind of provider.

    `create` gets the HTTP client, the address of the connection, and the sources of its credentials
    and its session. `parse_credentials` reads the stored fields. `is_address_typed`: people type
    the address, so that the client must judge and pin it. `keeps_connections` False: each call has
    a new connection, because one that was kept may be closed, and a call must not be in doubt.
    """

    name: str
    capabilities: Capabilities
    parse_credentials: Callable[[CredentialFields], Any]
    create: CreateProvider
    is_address_typed: bool = False
    keeps_connections: bool = True
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


BLUESKY = ProviderType(
    name="bluesky",
    capabilities=bluesky.CAPABILITIES,
    parse_credentials=BlueskyCredentials.parse,
    create=bluesky.Bluesky,
    is_address_typed=True,
    connect_form=connect_form(),
)
MASTODON = ProviderType(
    name="mastodon",
    capabilities=mastodon.CAPABILITIES,
    parse_credentials=MastodonCredentials.parse,
    create=mastodon.Mastodon,
    is_address_typed=True,
    keeps_connections=False,
    connect_form=mastodon_form(),
)
WORDPRESS = ProviderType(
    name="wordpress",
    capabilities=wordpress.CAPABILITIES,
    parse_credentials=WordPressCredentials.parse,
    create=wordpress.WordPress,
    is_address_typed=True,
    connect_form=wordpress_form(),
)
# The simulator has Swonkie's API.
PROVIDERS: Final[dict[str, ProviderType]] = {
    each.name: each
    for each in (_swonkie("simulator"), _swonkie("swonkie"), BLUESKY, MASTODON, WORDPRESS)
}
CAPABILITIES: Final[Mapping[str, Capabilities]] = {
    name: each.capabilities for name, each in PROVIDERS.items()
}
