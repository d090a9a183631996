"""The error that every call raises to refuse a request."""

from collections.abc import Mapping
from typing import Any


class RestError(Exception):
    """Becomes `{"code", "message", "data": {"status"}}`; `data` adds to it."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str = "Sorry, you are not allowed to do that.",
        *,
        headers: Mapping[str, str] | None = None,
        **data: Any,  # noqa: ANN401  (JSON)
    ) -> None:
        super().__init__(message)
        self.status, self.headers = status, dict(headers or {})
        self.body = {"code": code, "message": message, "data": {"status": status, **data}}


def no_such_post() -> RestError:
    """No post and no file has this id."""
    return RestError(404, "rest_post_invalid_id", "Invalid post ID.")
