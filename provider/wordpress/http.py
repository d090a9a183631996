"""Sends one call to a site's REST API, with a user's application password."""

from typing import Any, Final

import httpx

from media.graphemes import cut
from media.name_lookup import NameNotResolved
from media.safe_transport import AddressNotPublic
from provider.aiohttp_client import HttpClient
from provider.credentials import CredentialSource
from provider.errors import NotNow, OutcomeUnknown, ProviderError, Reconnect, Retry
from provider.wordpress.answers import Answer, read_answer, to_provider_error
from provider.wordpress.credentials import WordPressCredentials

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


class WordPressHttp:
    """Calls of the REST API at `address`: `https://site/wp-json`, or `https://site/?rest_route=`
    where the site has no permalinks. `client` must send no credentials of its own."""

    def __init__(
        self, client: HttpClient, address: str, credentials: CredentialSource[WordPressCredentials]
    ) -> None:
        self._client, self.credentials = client, credentials
        self.base = address.rstrip("/")

    async def call(self, method: str, path: str, **content: Any) -> Answer:  # noqa: ANN401
        """An answer that is a success, else the provider error. Arguments as of `ask`."""
        answer = await self.ask(method, path, **content)
        if answer.is_success:
            return answer
        raise to_provider_error(answer, repeatable=content.get("repeatable", True))

    async def ask(
        self,
        method: str,
        path: str,
        *,
        json: dict[str, Any] | None = None,
        params: dict[str, str] | None = None,
        repeatable: bool = True,
    ) -> Answer:
        """The answer, whatever it is; a provider error where there is none. A refused call did
        nothing, so it is repeated once with new credentials, if there are some.

        `repeatable`: a repetition is harmless, so a lost answer is no doubt.
        """
        credentials = await self.credentials.current()
        send = (method, path, json, params)
        answer = await self._send(credentials, *send, repeatable=repeatable)
        if not answer.refuses_password:
            return answer
        renewed = await self.credentials.after_refusal(credentials)
        if renewed == credentials:
            return answer
        return await self._send(renewed, *send, repeatable=repeatable)

    async def _send(
        self,
        credentials: WordPressCredentials,
        method: str,
        path: str,
        json: dict[str, Any] | None,
        params: dict[str, str] | None,
        *,
        repeatable: bool,
    ) -> Answer:
        headers = {"Authorization": credentials.to_header()}
        try:
            response = await self._client.request(
                method, self.base + path, json=json, params=params, headers=headers
            )
        except (httpx.RequestError, AddressNotPublic, NameNotResolved) as error:
            raise connection_error(error, repeatable=repeatable) from error
        return read_clean(response, credentials)


def read_clean(response: httpx.Response, credentials: WordPressCredentials) -> Answer:
    """The answer in a response, whose message does not repeat the password."""
    secrets = (credentials.password, credentials.to_header())

    def clean(message: str) -> str:
        for secret in filter(None, secrets):
            message = message.replace(secret, "…")
        return cut(message, MAX_MESSAGE)

    return read_answer(response, clean)


def connection_error(error: Exception, *, repeatable: bool) -> ProviderError:
    """What it means that there is no answer."""
    name = type(error).__name__
    if isinstance(error, AddressNotPublic):
        return Reconnect("the WordPress site must have a public address")
    if isinstance(error, httpx.PoolTimeout):
        return NotNow("all connections are taken", POOL_RETRY_AFTER)
    if isinstance(error, NEVER_SENT):
        return Retry(f"the WordPress site cannot be reached ({name})")
    lost = f"the answer of WordPress was lost ({name})"
    return Retry(lost) if repeatable else OutcomeUnknown(lost)
