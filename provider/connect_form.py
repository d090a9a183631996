"""How people connect accounts at a provider: the fields of a form, and what comes of it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol
from urllib.parse import parse_qsl, urlsplit, urlunsplit

if TYPE_CHECKING:
    from provider.aiohttp_client import HttpClient
    from provider.protocol import Profile


@dataclass(frozen=True, slots=True)
class ConnectField:
    """What a person enters to connect; `name` as in the API's `credentials`. `holds`: what of an
    account is filled in to connect it again, if it is not a secret."""

    name: str
    label: str
    hint: str = ""
    is_secret: bool = False
    is_required: bool = True
    holds: Literal["username", "address"] | None = None


@dataclass(frozen=True, slots=True)
class NewConnection:
    """Credentials that the provider accepted, and the accounts that they open.

    `address`: of the server. `credentials`: as they are stored. `session`: one that was begun.
    """

    address: str
    credentials: dict[str, str | None] = field(repr=False)
    profiles: "tuple[Profile, ...]"
    session: str | None = field(default=None, repr=False)


class CreateClient(Protocol):
    """Makes clients that judge each address and connect to what they judged; the caller of the
    form's function closes them. `allow_private`: servers may have private addresses, and http."""

    @property
    def allow_private(self) -> bool:
        """Whether the settings allow it: in development and tests."""
        ...

    def __call__(self) -> "HttpClient":
        """A new client."""
        ...


@dataclass(frozen=True, slots=True)
class AuthorizationPage:
    """The page at the server where a person allows the access: `url`, and what `finish` will need,
    which is kept encrypted until the person comes back."""

    url: str = field(repr=False)
    pending: dict[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Authorization:
    """How a person connects without typing a secret: on a page of the server.

    `fields`: what they enter first, such as the server's address. `begin` gets these values and our
    address to come back to, which ends in `?state=…`: the server must give that state back, with
    the address as a whole or beside it (`split_state`). Where the server can only show a code, the
    address is None. `finish` gets what `begin` left pending, and the parameters that the server
    added to our address, without our state (or the code, as `code`); the state was checked by then.
    Both raise what `ConnectForm.connect` raises; GiveUp where the person refused.
    `has_code`: the server can show a code to be typed, for installations without a public address.
    """

    fields: tuple[ConnectField, ...]
    begin: Callable[[Mapping[str, str], str | None, CreateClient], Awaitable[AuthorizationPage]]
    finish: Callable[[Mapping[str, str], Mapping[str, str], CreateClient], Awaitable[NewConnection]]
    has_code: bool = False


def split_state(callback: str) -> tuple[str, str]:
    """Our address to come back to, without its query, and the state in it: for servers that compare
    the address with a registered one, and carry the state beside it."""
    parts = urlsplit(callback)
    return urlunsplit(parts._replace(query="")), dict(parse_qsl(parts.query))["state"]


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
    authorization: Authorization | None = None
