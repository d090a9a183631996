"""A site's answer, and the provider error that it means. Pure.

The REST API answers JSON; its errors have a `code`. Anything else is no answer of it, whatever the
status: a host's firewall answers HTML with 200, 403 or 503, a page cache a copy, and a notice of
PHP before the JSON leaves no JSON. Such an answer proves nothing.
https://developer.wordpress.org/rest-api/
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import httpx

from provider.errors import (
    GiveUp,
    OutcomeUnknown,
    ProviderError,
    Reconnect,
    RestartUpload,
    Retry,
    RetryAfter,
)
from provider.retry_after import read_retry_after

# The delay (s) after a 429 that names none, and the longest one.
DEFAULT_RETRY_AFTER: Final = 10.0
MAX_RETRY_AFTER: Final = 3600.0
NO_POST: Final = "rest_post_invalid_id"
# Every error of the REST API has them.
_ERROR_KEYS: Final = frozenset(("code", "message", "data"))
# The rights of the user, not of one post.
_RIGHTS: Final = frozenset(
    ("rest_cannot_create", "rest_cannot_publish", "rest_forbidden_context", "rest_forbidden_status")
)
_WRONG_FILE: Final = frozenset(("rest_upload_sideload_error", "rest_upload_unknown_error"))
NO_RIGHTS: Final = (
    "the WordPress user may not do this on the site; give the user the role Author or Editor, "
    "or connect another user"
)


@dataclass(frozen=True, slots=True)
class Answer:
    """A status, the JSON of the body, and the error's code and message, empty without error.

    `total`: how many items the whole list has, and `pages` on how many pages, where the answer says
    so. `retry_after`: seconds, where the site names them.
    """

    status: int
    body: Any = None
    code: str = ""
    message: str = ""
    total: int | None = None
    pages: int | None = None
    retry_after: float | None = None

    @property
    def is_success(self) -> bool:
        """Whether the REST API did what it was asked for."""
        return 200 <= self.status < 300 and isinstance(self.body, (dict, list)) and not self.code

    @property
    def refuses_password(self) -> bool:
        """Whether other credentials may help. The call did nothing."""
        return self.status == 401 and bool(self.code)


def read_answer(response: httpx.Response, clean: Callable[[str], str]) -> Answer:
    """The answer in a response. `clean` makes a message fit to be stored."""
    try:
        body = response.json()
    except ValueError:
        body = None
    fields = body if isinstance(body, dict) else {}
    if "code" in fields and response.status_code < 400:  # an error that somebody answered with 200
        body, fields = None, {}
    status, code = _refusal_of(fields) or (response.status_code, fields.get("code"))
    return Answer(
        status,
        body,
        code if isinstance(code, str) and fields.keys() >= _ERROR_KEYS else "",
        clean(_message(fields) or response.reason_phrase or ""),
        _count(response, "X-WP-Total"),
        _count(response, "X-WP-TotalPages"),
        read_retry_after(response, MAX_RETRY_AFTER),
    )


def to_provider_error(answer: Answer, *, repeatable: bool) -> ProviderError:
    """The error of a call that did not succeed. `repeatable`: a repetition is harmless."""
    status, doubt = answer.status, Retry if repeatable else OutcomeUnknown
    if status == 429:
        seconds = DEFAULT_RETRY_AFTER if answer.retry_after is None else answer.retry_after
        return RetryAfter(f"the site is too busy: {answer.message}", seconds, status)
    if status == 413:
        return GiveUp("the file or text is larger than the site's host takes (413)", status)
    if not answer.code:
        return doubt(_not_the_api(status), status)
    if answer.code in _WRONG_FILE:
        return GiveUp(f"WordPress refused the file: {answer.message}", status)
    if status >= 500 or status == 408:
        return doubt(f"WordPress answered {status}: {answer.message}", status)
    return _refusal(answer)


def _refusal(answer: Answer) -> ProviderError:
    status, message = answer.status, answer.message
    if status == 401:
        return Reconnect(
            f"WordPress refused the user name and application password: {message}", status
        )
    if status == 412:
        return RestartUpload("the file did not arrive whole", status)
    if answer.code == "rest_no_route":
        return Retry("the site's REST API does not have posts at the moment", status)
    if status == 403 and answer.code in _RIGHTS:
        return Reconnect(f"{NO_RIGHTS} ({message})", status)
    return GiveUp(f"WordPress refused: {message}", status)


def _not_the_api(status: int) -> str:
    if 300 <= status < 400:
        return f"the site leads to another address ({status}); if it has moved, connect it again"
    return (
        f"something answered {status} that is not the site's REST API; "
        "it may be the host's firewall, its maintenance page, or an error of a plugin"
    )


def _refusal_of(fields: dict[str, Any]) -> tuple[int, Any] | None:
    """The status and the code behind a parameter that is refused, not wrong: without rights, the
    list of drafts is an invalid `status`."""
    data = fields.get("data")
    details = data.get("details") if isinstance(data, dict) else None
    for each in details.values() if isinstance(details, dict) else ():
        inner = each.get("data") if isinstance(each, dict) else None
        status = inner.get("status") if isinstance(inner, dict) else None
        if status in (401, 403):
            return status, each.get("code")
    return None


def _message(fields: dict[str, Any]) -> str:
    """The error's message, with what is wrong with each parameter."""
    message, data = fields.get("message"), fields.get("data")
    params = data.get("params") if isinstance(data, dict) else None
    details = params.values() if isinstance(params, dict) else ()
    return " ".join(str(each) for each in (message, *details) if each)


def _count(response: httpx.Response, header: str) -> int | None:
    value = response.headers.get(header, "")
    return int(value[:9]) if value.isascii() and value.isdecimal() else None
