"""Sends one request to Swonkie, and translates every failure into a provider error."""

from collections.abc import Mapping
from typing import Any

import httpx

from media.graphemes import cut
from provider.aiohttp_client import HttpClient
from provider.credentials import CredentialSource
from provider.errors import (
    GiveUp,
    NotNow,
    OutcomeUnknown,
    ProviderError,
    Reconnect,
    Retry,
    RetryAfter,
)
from provider.retry_after import read_retry_after
from provider.swonkie.credentials import SwonkieCredentials

# Swonkie documents no rate limit. The delay (s) after a 429 without Retry-After.
DEFAULT_RETRY_AFTER = 10.0
MAX_RETRY_AFTER = 3600.0
MAX_MESSAGE = 500
# The response extension with the key of the request.
USED_KEY = "slotbeat.key"
REFUSED_STATUSES = (401, 403)
# These errors happen before a byte is sent, so that even a create may be repeated.
NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout)
# The delay (s) when all our connections are in use.
POOL_RETRY_AFTER = 2.0


class SwonkieHttp:
    """Requests with one workspace's credentials."""

    def __init__(
        self, client: HttpClient, base_url: str, credentials: CredentialSource[SwonkieCredentials]
    ) -> None:
        self._client = client
        self.base = base_url.rstrip("/")
        self._credentials = credentials
        self._working_key: str | None = None  # the key that worked last

    async def call(
        self,
        method: str,
        path: str,
        *,
        json: Any = None,  # noqa: ANN401  (JSON)
        params: dict[str, str] | None = None,
        repeatable: bool = True,
    ) -> Any:  # noqa: ANN401  (JSON)
        """The response's JSON; None for an empty body. `repeatable`: a repetition is harmless."""
        response = await self._call(method, path, json=json, params=params, repeatable=repeatable)
        return _parse_json(response, repeatable=repeatable)

    async def get_with_headers(
        self, path: str, params: dict[str, str]
    ) -> tuple[Any, Mapping[str, str]]:
        """The JSON of a GET, and the headers, which may name the next page of a list."""
        response = await self._call("GET", path, params=params)
        return _parse_json(response, repeatable=True), response.headers

    async def _call(
        self,
        method: str,
        path: str,
        *,
        json: Any = None,  # noqa: ANN401  (JSON)
        params: dict[str, str] | None = None,
        repeatable: bool = True,
    ) -> httpx.Response:
        """The response to a call that succeeded; else the provider error."""
        try:
            response = await self._send(method, self.base + path, json=json, params=params)
        except httpx.PoolTimeout as error:
            raise NotNow("all connections are taken", POOL_RETRY_AFTER) from error
        except NEVER_SENT as error:
            raise Retry(f"Swonkie cannot be reached ({type(error).__name__})") from error
        except httpx.RequestError as error:
            lost = f"Swonkie's answer was lost ({type(error).__name__})"
            raise (Retry(lost) if repeatable else OutcomeUnknown(lost)) from error
        if response.is_success:
            return response
        raise _to_provider_error(response, repeatable=repeatable)

    async def _send(self, method: str, url: str, **content: Any) -> httpx.Response:  # noqa: ANN401
        """The response. A refused call did nothing, so it may be repeated with new credentials."""
        credentials = await self._credentials.current()
        response = await self._send_with(credentials, method, url, **content)
        if response.status_code not in REFUSED_STATUSES:
            return response
        renewed = await self._credentials.after_refusal(credentials)
        return (
            response
            if renewed == credentials
            else await self._send_with(renewed, method, url, **content)
        )

    async def _send_with(
        self,
        credentials: SwonkieCredentials,
        method: str,
        url: str,
        **content: Any,  # noqa: ANN401
    ) -> httpx.Response:
        """The response to the first key that is accepted, else to the last key."""
        # The key that worked last comes first; the others keep their order.
        for key in sorted(credentials.keys, key=lambda each: each != self._working_key):
            headers = {"X-API-ID": credentials.api_id, "X-API-KEY": key}
            response = await self._client.request(method, url, headers=headers, **content)
            response.extensions[USED_KEY] = key
            if response.status_code not in REFUSED_STATUSES:
                self._working_key = key
                break
        return response


def _parse_json(response: httpx.Response, *, repeatable: bool) -> Any:  # noqa: ANN401  (JSON)
    if not response.content:
        return None
    try:
        return response.json()
    except ValueError as error:
        message = "Swonkie answered something that is not JSON"
        kind = Retry if repeatable else OutcomeUnknown
        raise kind(message, response.status_code) from error


def _to_provider_error(response: httpx.Response, *, repeatable: bool) -> ProviderError:
    status, message = response.status_code, _error_message(response)
    if status == 429:
        delay = read_retry_after(response, MAX_RETRY_AFTER)
        seconds = DEFAULT_RETRY_AFTER if delay is None else delay
        return RetryAfter(f"Swonkie is too busy: {message}", seconds, status)
    if status in REFUSED_STATUSES:
        return Reconnect(f"Swonkie refused the credentials: {message}", status)
    if status == 409:
        return OutcomeUnknown(f"the post is not in the stage we knew: {message}", status)
    # The API's own 404 is JSON. A proxy's does not prove that a post is gone.
    if status >= 500 or status == 408 or (status == 404 and not _is_json_object(response)):
        kind = Retry if repeatable else OutcomeUnknown
        return kind(f"Swonkie answered {status}: {message}", status)
    return GiveUp(f"Swonkie refused: {message}", status)


def _is_json_object(response: httpx.Response) -> bool:
    try:
        return isinstance(response.json(), dict)
    except ValueError:
        return False


def _error_message(response: httpx.Response) -> str:
    """Swonkie's own message, cut to a maximum length, and without our key if it contains it."""
    message = _raw_error_message(response)
    return cut(message.replace(response.extensions[USED_KEY], "…"), MAX_MESSAGE)


def _raw_error_message(response: httpx.Response) -> str:
    """The message in an error response, which may have one of several forms."""
    try:
        body = response.json()
    except ValueError:
        return response.reason_phrase or str(response.status_code)
    if not isinstance(body, dict):
        return str(body)
    message = (
        body.get("message") or body.get("error") or body.get("detail") or response.reason_phrase
    )
    errors = body.get("errors") or body.get("details") or []
    items = errors if isinstance(errors, list) else [errors]
    detail = "; ".join(_error_detail(item) for item in items)
    return f"{message} ({detail})" if detail else str(message)


def _error_detail(item: object) -> str:
    if isinstance(item, dict):
        return ": ".join(str(item[key]) for key in ("field", "message") if item.get(key))
    return str(item)
