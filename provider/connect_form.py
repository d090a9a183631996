"""How people connect accounts at a provider: the fields of a form, and what comes of it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from provider.aiohttp_client import HttpClient
    from provider.protocol import Profile


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
    address to come back to; where the server can only show a code, that address is None. `finish`
    gets what `begin` left pending, and the parameters that the server added to our address (or the
    code, as `code`). Both raise what `ConnectForm.connect` raises; GiveUp where the person refused.
    `has_code`: the server can show a code to be typed, for installations without a public address.
    """

    fields: tuple[ConnectField, ...]
    begin: Callable[[Mapping[str, str], str | None, CreateClient], Awaitable[AuthorizationPage]]
    finish: Callable[[Mapping[str, str], Mapping[str, str], CreateClient], Awaitable[NewConnection]]
    has_code: bool = False


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
