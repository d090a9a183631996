"""Errors as the contract answers them: one body that every client of it can read."""

import logging
from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from starlette.exceptions import HTTPException
from starlette.responses import Response

log = logging.getLogger(__name__)
ERROR_CODES = {
    400: "INVALID_INPUT",
    401: "UNAUTHORIZED",
    403: "FORBIDDEN",
    404: "NOT_FOUND",
    405: "METHOD_NOT_ALLOWED",
    408: "REQUEST_TIMEOUT",
    409: "CONFLICT",
    413: "PAYLOAD_TOO_LARGE",
    415: "UNSUPPORTED_MEDIA_TYPE",
    422: "IDEMPOTENCY_KEY_REUSED",
    429: "RATE_LIMIT_EXCEEDED",
    502: "PROVIDER_ERROR",
    503: "UNAVAILABLE",
}


class FieldError(TypedDict):
    """One thing that is wrong with a request: which field, and what would be right."""

    field: str
    message: str


class ApiError(Exception):
    """An answer other than success. `retry_after` (s) says when to come back."""

    def __init__(
        self,
        status: int,
        message: str,
        details: Sequence[FieldError] = (),
        retry_after: int | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.details = list(details)
        self.retry_after = retry_after


class ValidationFailed(ApiError):
    """A 400 that names fields."""

    def __init__(self, *details: FieldError) -> None:
        message = "; ".join(f"{each['field']}: {each['message']}" for each in details)
        super().__init__(400, message, details)


def invalid_field(field: str, message: str) -> ValidationFailed:
    """The 400 for one field."""
    return ValidationFailed(FieldError(field=field, message=message))


def error_body(status: int, message: str, details: Sequence[FieldError] = ()) -> dict[str, Any]:
    """The error body: the contract's `error` beside the vendor's `status`, `message`, `code`."""
    code = ERROR_CODES.get(status, "INTERNAL_SERVER_ERROR")
    answer: dict[str, Any] = {"error": message, "status": status, "message": message, "code": code}
    return {**answer, "details": list(details)} if details else answer


def error_response(error: ApiError, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """The answer that an error is."""
    shown = error_body(error.status, error.message, error.details)
    if error.retry_after is None:
        return JSONResponse(shown, error.status, headers)
    come_back = {"Retry-After": str(error.retry_after)}
    shown["retryAfter"] = error.retry_after
    return JSONResponse(shown, error.status, {**(headers or {}), **come_back})


def field_errors(error: RequestValidationError) -> list[FieldError]:
    """Pydantic's findings in the contract's words."""
    return [
        FieldError(
            field="body" if problem["type"] == "json_invalid" else _field_path(problem["loc"]),
            message=_problem_message(problem),
        )
        for problem in error.errors()
    ]


def _field_path(loc: Sequence[str | int]) -> str:
    parts = loc[1:] if loc and loc[0] in ("body", "query", "path", "header") else loc
    text = ""
    for part in parts:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text or "body"


def _problem_message(problem: dict[str, Any]) -> str:
    if problem["type"] == "extra_forbidden":
        return "is not a field of this request"
    if problem["type"] == "missing":
        return "is required"
    if problem["type"] == "json_invalid":
        return f"is not valid JSON: {problem['ctx']['error']}"
    message = str(problem["msg"]).removeprefix("Value error, ").removeprefix("Input ")
    return message[0].lower() + message[1:]


def install(app: FastAPI) -> None:
    """Make the app answer every error in the contract's shape."""
    _install_client_error_handlers(app)
    _install_server_error_handlers(app)


def _install_client_error_handlers(app: FastAPI) -> None:
    """What is the caller's to mend."""

    @app.exception_handler(ApiError)
    async def _ours(_request: Request, error: ApiError) -> Response:
        return error_response(error)

    @app.exception_handler(RequestValidationError)
    async def _invalid(_request: Request, error: RequestValidationError) -> Response:
        return error_response(ValidationFailed(*field_errors(error)))

    @app.exception_handler(HTTPException)
    async def _http(_request: Request, error: HTTPException) -> Response:
        return error_response(ApiError(error.status_code, str(error.detail)), error.headers)


def _install_server_error_handlers(app: FastAPI) -> None:
    """What is ours to mend."""

    @app.exception_handler(DBAPIError)
    async def _database(_request: Request, error: DBAPIError) -> Response:
        is_away = isinstance(error, (OperationalError, InterfaceError))
        if not is_away and not error.connection_invalidated:
            log.error("the database refuses a statement", exc_info=error)
            return error_response(_internal_error())
        log.warning("the database does not answer: %s", error.orig)
        return error_response(_database_unavailable())

    @app.exception_handler(NoConnectionFree)
    async def _busy(_request: Request, _error: NoConnectionFree) -> Response:
        log.warning("no connection to the database was free in time")
        return error_response(_database_unavailable())

    @app.exception_handler(Exception)
    async def _any(_request: Request, _error: Exception) -> Response:
        return error_response(_internal_error())


def _database_unavailable() -> ApiError:
    return ApiError(503, "the database does not answer; try again")


def _internal_error() -> ApiError:
    return ApiError(500, "an unexpected error; it is in the server's log")
