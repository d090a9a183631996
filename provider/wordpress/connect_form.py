"""How a person connects a WordPress site: on the site's own page, or with an application password
that they made."""

from collections.abc import Mapping
from typing import Final

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
from provider.wordpress.authorization import NO_PASSWORDS, authorization_page, read_return
from provider.wordpress.client import WordPress
from provider.wordpress.credentials import WordPressCredentials
from provider.wordpress.profile import OK, PLATFORM
from provider.wordpress.site import Site, SiteFinder

SITE: Final = ConnectField(
    "site", "Site", "The site's address, such as https://example.org", holds="address"
)
FIELDS: Final = (
    SITE,
    ConnectField(
        "username", "User name", "Of a user with the role Author or Editor", holds="username"
    ),
    ConnectField(
        "applicationPassword",
        "Application password",
        "Made in WordPress: Users, Profile, Application Passwords",
        is_secret=True,
    ),
)
REFUSED: Final = (
    "WordPress did not accept the user name and application password; make a new one in WordPress "
    "(Users, Profile, Application Passwords). If it is refused too, the site's host may remove the "
    "Authorization header: ask the host"
)
MAY_NOT: Final = "this WordPress user may not publish posts with files; it needs the role Author"


def connect_form() -> ConnectForm:
    """The form, and the way by the site's page."""
    return ConnectForm((PLATFORM,), FIELDS, _connect, Authorization((SITE,), _begin, _finish))


async def _connect(values: Mapping[str, str], create_client: CreateClient) -> NewConnection:
    site = await _find(values["site"], create_client)
    password = values["applicationPassword"]
    try:
        return await _sign_in(site.api, site.home, values["username"], password, create_client)
    except Reconnect as error:
        if site.authorization is None:
            raise GiveUp(NO_PASSWORDS, error.http_status) from error
        raise


async def _begin(
    values: Mapping[str, str], return_url: str | None, create_client: CreateClient
) -> AuthorizationPage:
    site = await _find(values["site"], create_client)
    return authorization_page(site, return_url, allow_http=create_client.allow_private)


async def _finish(
    pending: Mapping[str, str], returned: Mapping[str, str], create_client: CreateClient
) -> NewConnection:
    username, password = read_return(pending, returned)
    return await _sign_in(pending["api"], pending["home"], username, password, create_client)


async def _find(typed: str, create_client: CreateClient) -> Site:
    return await SiteFinder(create_client(), allow_private=create_client.allow_private).find(typed)


async def _sign_in(
    api: str, home: str, username: str, password: str, create_client: CreateClient
) -> NewConnection:
    """The connection, if the password opens an account that may publish."""
    credentials = WordPressCredentials(home, username, password)
    client = WordPress(create_client(), api, _Entered(credentials), MemorySession())
    profiles = await client.profiles()
    if any(each.status_level != OK for each in profiles):
        raise GiveUp(MAY_NOT)
    return NewConnection(api, credentials.to_fields(), tuple(profiles))


class _Entered:
    """The credentials that were entered; there are no others."""

    def __init__(self, credentials: WordPressCredentials) -> None:
        self._credentials = credentials

    async def current(self) -> WordPressCredentials:
        """What was entered."""
        return self._credentials

    async def after_refusal(self, refused: WordPressCredentials) -> WordPressCredentials:  # noqa: ARG002
        """The sentence for the person."""
        raise Reconnect(REFUSED, 401)
