"""The account of a connection: what the server says of it, and calls with its token."""

from dataclasses import dataclass
from typing import Any, Final

import httpx

from provider.credentials import CredentialSource
from provider.errors import Reconnect, Retry
from provider.mastodon.answers import Answer, to_provider_error
from provider.mastodon.credentials import MastodonCredentials
from provider.mastodon.http import MastodonHttp
from provider.protocol import Profile

PLATFORM: Final = "mastodon"
VERIFY: Final = "/api/v1/accounts/verify_credentials"
REFUSED: Final = "the Mastodon server refused the access token; connect the account again"


@dataclass(frozen=True, slots=True)
class Account:
    """`id` is the server's; `profile_id` is also different from that of any other server."""

    id: str
    profile: Profile

    @property
    def profile_id(self) -> str:
        """The account's id, with its server."""
        return self.profile.id


class AccountCalls:
    """Calls with the access token of one connection. A new token may be of another account."""

    def __init__(
        self, http: MastodonHttp, credentials: CredentialSource[MastodonCredentials]
    ) -> None:
        self.http, self._credentials = http, credentials
        self._known: tuple[MastodonCredentials, Account] | None = None

    async def token(self) -> str:
        """The access token to use now."""
        return (await self._credentials.current()).access_token

    async def account(self) -> Account:
        """The account, as it was when its token was tried first."""
        current = await self._credentials.current()
        if self._known is None or self._known[0] != current:
            self._known = current, await self.verify()
        return self._known[1]

    async def verify(self) -> Account:
        """The account as it is now."""
        answer = await self.ask("GET", VERIFY)
        # So snac answers a token that it does not know.
        if answer.status == 422 and not answer.error:
            raise Reconnect(REFUSED, answer.status)
        if not answer.is_success:
            raise to_provider_error(answer)
        return read_account(answer.body, self.http.base)

    async def call(self, method: str, path: str, **content: Any) -> Any:  # noqa: ANN401  (JSON)
        """The JSON of a call that succeeded, else the provider error."""
        answer = await self.ask(method, path, **content)
        if answer.is_success:
            return answer.body
        raise to_provider_error(answer, repeatable=content.get("repeatable", True))

    async def ask(self, method: str, path: str, **content: Any) -> Answer:  # noqa: ANN401  (JSON)
        """The answer. A refused call did nothing, so it is repeated once where there is a new
        token."""
        used = await self._credentials.current()
        answer = await self.http.ask(method, path, token=used.access_token, **content)
        if answer.status != 401:
            return answer
        renewed = await self._credentials.after_refusal(used)
        if renewed == used:
            raise Reconnect(REFUSED, answer.status)
        return await self.http.ask(method, path, token=renewed.access_token, **content)


def read_account(body: Any, address: str) -> Account:  # noqa: ANN401  (JSON)
    """The account in an answer. Retry where there is none in it."""
    found, name = (body.get("id"), body.get("username")) if isinstance(body, dict) else ("", "")
    if not isinstance(found, str) or not isinstance(name, str) or not found or not name:
        raise Retry("the Mastodon server answered without the account")
    host = _host(body.get("url")) or _host(address)
    shown = body.get("display_name")
    full_name = f"@{name}@{host}"
    display = shown.strip() if isinstance(shown, str) and shown.strip() else full_name
    return Account(found, Profile(f"{found}@{host}", PLATFORM, display, full_name, _level(body)))


def _level(body: dict[str, Any]) -> str:
    """OK: it can post. Servers keep suspended and moved accounts from posting."""
    if body.get("suspended"):
        return "SUSPENDED"
    return "MOVED" if body.get("moved") else "OK"


def _host(address: Any) -> str:  # noqa: ANN401  (JSON)
    try:
        parsed = httpx.URL(address) if isinstance(address, str) else None
    except httpx.InvalidURL:
        return ""
    return "" if parsed is None else parsed.netloc.decode("ascii", "replace")
