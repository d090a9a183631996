"""Sends one call to a Mastodon server."""

from typing import Any, Final

import httpx

from media.graphemes import cut
from media.name_lookup import NameNotResolved
from media.safe_transport import AddressNotPublic
from provider.aiohttp_client import HttpClient
from provider.errors import NotNow, OutcomeUnknown, ProviderError, Reconnect, Retry
from provider.mastodon.answers import Answer, read_answer, to_provider_error

MAX_MESSAGE: Final = 500
# These errors happen before a byte is sent, so that any call may be repeated.
NEVER_SENT: Final = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.UnsupportedProtocol,
    NameNotResolved,
)
# The delay (s) when all our connections are in use.
POOL_RETRY_AFTER: Final = 2.0


class MastodonHttp:
    """Calls of the server at an address. `client` must send no credentials of its own."""

    def __init__(self, client: HttpClient, address: str) -> None:
        self._client = client
        self.base = address.rstrip("/")

    async def call(self, method: str, path: str, **content: Any) -> Any:  # noqa: ANN401  (JSON)
        """The JSON of a call that succeeded, else the provider error. Arguments as of `ask`."""
        answer = await self.ask(method, path, **content)
        if answer.is_success:
            return answer.body
        raise to_provider_error(answer, repeatable=content.get("repeatable", True))

    async def ask(
        self,
        method: str,
        path: str,
        *,
        token: str | None = None,
        json: dict[str, Any] | None = None,
        params: dict[str, str] | None = None,
        key: str | None = None,
        repeatable: bool = True,
    ) -> Answer:
        """The answer, whatever it is; a provider error where there is none.

        `key`: the idempotency key. `repeatable`: a repetition is harmless, so a lost answer is no
        doubt.
        """
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        if key is not None:
            headers["Idempotency-Key"] = key
        try:
            response = await self._client.request(
                method, self.base + path, json=json, params=params, headers=headers
            )
        except (httpx.RequestError, AddressNotPublic, NameNotResolved) as error:
            raise _connection_error(error, repeatable=repeatable) from error
        return self.read(response, token, *_secrets(json))

    def read(self, response: httpx.Response, *secrets: str | None) -> Answer:
        """The answer in a response, without these secrets if its message repeats them."""

        def clean(message: str) -> str:
            for secret in filter(None, secrets):
                message = message.replace(secret, "…")
            return cut(message, MAX_MESSAGE)

        return read_answer(response, clean)


def _secrets(body: dict[str, Any] | None) -> list[str]:
    names = ("client_secret", "code", "code_verifier")
    return [str(body[name]) for name in names if name in body] if body else []


def _connection_error(error: Exception, *, repeatable: bool) -> ProviderError:
    name = type(error).__name__
    if isinstance(error, AddressNotPublic):
        return Reconnect("the Mastodon server must have a public address")
    if isinstance(error, httpx.PoolTimeout):
        return NotNow("all connections are taken", POOL_RETRY_AFTER)
    if isinstance(error, NEVER_SENT):
        return Retry(f"the Mastodon server cannot be reached ({name})")
    lost = f"the Mastodon server's answer was lost ({name})"
    return Retry(lost) if repeatable else OutcomeUnknown(lost)
