"""One request to Swonkie, and the sorting of everything that can go wrong with it."""

import math
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from provider.aiohttp_client import HttpClient
from provider.errors import (
    GiveUp,
    NotNow,
    OutcomeUnknown,
    ProviderError,
    Reconnect,
    Retry,
    RetryAfter,
)
from provider.swonkie.credentials import CredentialSource, SwonkieCredentials

# No limit is documented; a 429 without Retry-After gets this much peace (s).
DEFAULT_RETRY_AFTER = 10.0
MAX_RETRY_AFTER = 3600.0
MAX_MESSAGE = 500
# Where an answer keeps the key that it was given for.
USED_KEY = "slotbeat.key"
REFUSED_STATUSES = (401, 403)
# These failed before a byte was sent, so that even a create can be repeated.
NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout)
# All of our connections are taken; some will be free again in so many seconds.
POOL_RETRY_AFTER = 2.0


class SwonkieHttp:
    """Requests with one workspace's credentials."""

    def __init__(self, client: HttpClient, base_url: str, credentials: CredentialSource) -> None:
        self._client = client
        self._base = base_url.rstrip("/")
        self._credentials = credentials
        self._working_key: str | None = None  # the key that was taken last

    async def call(
        self,
        method: str,
        path: str,
        *,
        json: Any = None,  # noqa: ANN401  (JSON)
        params: dict[str, str] | None = None,
        repeatable: bool = True,
    ) -> Any:  # noqa: ANN401  (JSON)
        """The answer's JSON (None for an empty one); `repeatable` False where twice would harm."""
        try:
            answer = await self._send(method, self._base + path, json=json, params=params)
        except httpx.PoolTimeout as error:
            raise NotNow("all connections are taken", POOL_RETRY_AFTER) from error
        except NEVER_SENT as error:
            raise Retry(f"Swonkie cannot be reached ({type(error).__name__})") from error
        except httpx.RequestError as error:
            lost = f"Swonkie's answer was lost ({type(error).__name__})"
            raise (Retry(lost) if repeatable else OutcomeUnknown(lost)) from error
        if answer.is_success:
            return _parse_json(answer, repeatable=repeatable)
        raise _to_provider_error(answer, repeatable=repeatable)

    async def _send(self, method: str, url: str, **content: Any) -> httpx.Response:  # noqa: ANN401
        """The answer. A call that is refused did nothing, so that it is made with another key."""
        keys = await self._credentials.current()
        answer = await self._send_with(keys, method, url, **content)
        if answer.status_code not in REFUSED_STATUSES:
            return answer
        renewed = await self._credentials.after_refusal(keys)
        return answer if renewed == keys else await self._send_with(renewed, method, url, **content)

    async def _send_with(
        self,
        keys: SwonkieCredentials,
        method: str,
        url: str,
        **content: Any,  # noqa: ANN401
    ) -> httpx.Response:
        """The answer to the first key that is taken, else to the last one that is not."""
        # Sorting keeps their order but for the one that worked last.
        for key in sorted(keys.keys, key=lambda each: each != self._working_key):
            headers = {"X-API-ID": keys.api_id, "X-API-KEY": key}
            answer = await self._client.request(method, url, headers=headers, **content)
            answer.extensions[USED_KEY] = key
            if answer.status_code not in REFUSED_STATUSES:
                self._working_key = key
                break
        return answer


def _parse_json(answer: httpx.Response, *, repeatable: bool) -> Any:  # noqa: ANN401  (JSON)
    if not answer.content:
        return None
    try:
        return answer.json()
    except ValueError as error:
        words = "Swonkie answered something that is not JSON"
        kind = Retry if repeatable else OutcomeUnknown
        raise kind(words, answer.status_code) from error


def _to_provider_error(answer: httpx.Response, *, repeatable: bool) -> ProviderError:
    status, words = answer.status_code, _error_message(answer)
    if status == 429:
        peace = parse_retry_after_seconds(answer.headers.get("Retry-After"), _response_time(answer))
        seconds = DEFAULT_RETRY_AFTER if peace is None else peace
        return RetryAfter(f"Swonkie is too busy: {words}", seconds, status)
    if status in REFUSED_STATUSES:
        return Reconnect(f"Swonkie refused the credentials: {words}", status)
    if status == 409:
        return OutcomeUnknown(f"the post is not in the stage we knew: {words}", status)
    if status >= 500 or status == 408:
        kind = Retry if repeatable else OutcomeUnknown
        return kind(f"Swonkie answered {status}: {words}", status)
    return GiveUp(f"Swonkie refused: {words}", status)


def _error_message(answer: httpx.Response) -> str:
    """The provider's own words, short, and without the key where it repeats that."""
    words = _raw_error_message(answer)
    return words.replace(answer.extensions[USED_KEY], "…")[:MAX_MESSAGE]


def _raw_error_message(answer: httpx.Response) -> str:
    """The words from any of the shapes that an error may have."""
    try:
        body = answer.json()
    except ValueError:
        return answer.reason_phrase or str(answer.status_code)
    if not isinstance(body, dict):
        return str(body)
    message = body.get("message") or body.get("error") or body.get("detail") or answer.reason_phrase
    errors = body.get("errors") or body.get("details") or []
    items = errors if isinstance(errors, list) else [errors]
    detail = "; ".join(_error_detail(item) for item in items)
    return f"{message} ({detail})" if detail else str(message)


def _error_detail(item: object) -> str:
    if isinstance(item, dict):
        return ": ".join(str(item[key]) for key in ("field", "message") if item.get(key))
    return str(item)


def _response_time(answer: httpx.Response) -> datetime:
    """The instant of the answer by the provider's clock: our own may be minutes off."""
    try:
        found = parsedate_to_datetime(answer.headers.get("Date", ""))
    except (ValueError, OverflowError):
        return datetime.now(UTC)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def parse_retry_after_seconds(value: str | None, now: datetime) -> float | None:
    """Seconds that a Retry-After header asks for, from either of its forms; None without one."""
    if not value:
        return None
    try:
        seconds = float(value)
    except ValueError:
        try:
            seconds = (parsedate_to_datetime(value) - now).total_seconds()
        except (ValueError, TypeError, OverflowError):
            return None
    return None if math.isnan(seconds) else min(max(seconds, 0.0), MAX_RETRY_AFTER)
