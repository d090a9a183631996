"""One request to Swonkie, and the sorting of everything that can go wrong with it."""

import math
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from provider.errors import (
    GiveUp,
    OutcomeUnknown,
    ProviderError,
    Reconnect,
    Retry,
    RetryAfter,
)
from provider.http import Http

# No limit is documented; a 429 without Retry-After gets this much peace (s).
DEFAULT_PEACE = 10.0
MAX_PEACE = 3600.0
MAX_WORDS = 500
# These failed before a byte was sent, so that even a create can be repeated.
NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


class Wire:
    """Requests with one workspace's credentials."""

    def __init__(self, client: Http, base_url: str, api_id: str, api_key: str) -> None:
        self._client = client
        self._base = base_url.rstrip("/")
        self._headers = {"X-API-ID": api_id, "X-API-KEY": api_key}

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
            answer = await self._client.request(
                method, self._base + path, json=json, params=params, headers=self._headers
            )
        except NEVER_SENT as error:
            raise Retry(f"Swonkie cannot be reached ({type(error).__name__})") from error
        except httpx.RequestError as error:
            lost = f"Swonkie's answer was lost ({type(error).__name__})"
            raise (Retry(lost) if repeatable else OutcomeUnknown(lost)) from error
        if answer.is_success:
            return _json(answer, repeatable=repeatable)
        raise _error(answer, repeatable=repeatable)


def _json(answer: httpx.Response, *, repeatable: bool) -> Any:  # noqa: ANN401  (JSON)
    if not answer.content:
        return None
    try:
        return answer.json()
    except ValueError as error:
        words = "Swonkie answered something that is not JSON"
        kind = Retry if repeatable else OutcomeUnknown
        raise kind(words, answer.status_code) from error


def _error(answer: httpx.Response, *, repeatable: bool) -> ProviderError:
    status, words = answer.status_code, _words(answer)
    if status == 429:
        peace = retry_after(answer.headers.get("Retry-After"), datetime.now(UTC))
        seconds = DEFAULT_PEACE if peace is None else peace
        return RetryAfter(f"Swonkie is too busy: {words}", seconds, status)
    if status in (401, 403):
        return Reconnect(f"Swonkie refused the credentials: {words}", status)
    if status == 409:
        return OutcomeUnknown(f"the post is not in the stage we knew: {words}", status)
    if status >= 500 or status == 408:
        kind = Retry if repeatable else OutcomeUnknown
        return kind(f"Swonkie answered {status}: {words}", status)
    return GiveUp(f"Swonkie refused: {words}", status)


def _words(answer: httpx.Response) -> str:
    """The provider's own words, short, from any of the shapes an error may have."""
    try:
        body = answer.json()
    except ValueError:
        return answer.reason_phrase or str(answer.status_code)
    if not isinstance(body, dict):
        return str(body)[:MAX_WORDS]
    message = body.get("message") or body.get("error") or body.get("detail") or answer.reason_phrase
    errors = body.get("errors") or body.get("details") or []
    items = errors if isinstance(errors, list) else [errors]
    detail = "; ".join(_detail(item) for item in items)
    return (f"{message} ({detail})" if detail else str(message))[:MAX_WORDS]


def _detail(item: object) -> str:
    if isinstance(item, dict):
        return ": ".join(str(item[key]) for key in ("field", "message") if item.get(key))
    return str(item)


def retry_after(value: str | None, now: datetime) -> float | None:
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
    return None if math.isnan(seconds) else min(max(seconds, 0.0), MAX_PEACE)
