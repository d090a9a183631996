"""Errors as HTTP responses: one body, the contract's, for every error."""

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from starlette.exceptions import HTTPException
from starlette.responses import Response

from models.database_errors import away_reason
from services.errors import (
    Conflict,
    EditedMeanwhile,
    FieldError,
    FileTooLarge,
    NotAllowed,
    NotFound,
    PostingDisabled,
    ProviderUnavailable,
    PublicationFailed,
    QuotaReached,
    ServiceError,
    StorageDown,
    StorageFull,
    ValidationFailed,
    field_errors,
)

log = logging.getLogger(__name__)
ERROR_CODES = {
    400: "INVALID_INPUT",
    401: "UNAUTHORIZED",
    403: "FORBIDDEN",
    404: "NOT_FOUND",
    405: "METHOD_NOT_ALLOWED",
    408: "REQUEST_TIMEOUT",
    409: "CONFLICT",
    412: "PRECONDITION_FAILED",
    413: "PAYLOAD_TOO_LARGE",
    415: "UNSUPPORTED_MEDIA_TYPE",
    422: "IDEMPOTENCY_KEY_REUSED",
    429: "RATE_LIMIT_EXCEEDED",
    502: "PROVIDER_ERROR",
    503: "UNAVAILABLE",
    507: "INSUFFICIENT_STORAGE",
}
# When a client may try again after the database did not answer (s).
DATABASE_RETRY = 5
# Answers have secrets in them: keys of webhooks, addresses of feeds, what an organization plans.
UNSTORED = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
# The HTTP status of each refusal of a use case.
STATUS_OF: dict[type[ServiceError], int] = {
    ValidationFailed: 400,
    PostingDisabled: 403,
    QuotaReached: 403,
    NotAllowed: 403,
    NotFound: 404,
    Conflict: 409,
    FileTooLarge: 413,
    PublicationFailed: 502,
    # Not 502: such an answer is kept for the same Idempotency-Key, and a retry may succeed.
    ProviderUnavailable: 503,
    StorageDown: 503,
    StorageFull: 507,
}


class ApiError(Exception):
    """An error of HTTP itself: authentication, body, rate. `retry_after`: seconds until a retry."""

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


def error_body(status: int, message: str, details: Sequence[FieldError] = ()) -> dict[str, Any]:
    """The error body: the contract's `error` beside the vendor's `status`, `message`, `code`."""
    code = ERROR_CODES.get(status, "INTERNAL_SERVER_ERROR")
    body: dict[str, Any] = {"error": message, "status": status, "message": message, "code": code}
    return {**body, "details": list(details)} if details else body


def status_of(error: ApiError | ServiceError) -> int:
    """The HTTP status of an error."""
    if isinstance(error, ApiError):
        return error.status
    return next(STATUS_OF[kind] for kind in type(error).__mro__ if kind in STATUS_OF)


def error_response(
    error: ApiError | ServiceError, headers: Mapping[str, str] | None = None
) -> JSONResponse:
    """The response to an error, in the contract's shape."""
    status = status_of(error)
    body = error_body(status, error.message, error.details)
    if isinstance(error, EditedMeanwhile):
        body["conflict"] = error.conflict
    retry_after = error.retry_after if isinstance(error, ApiError) else None
    if retry_after is None:
        return JSONResponse(body, status, headers)
    body["retryAfter"] = retry_after
    return JSONResponse(body, status, {**(headers or {}), "Retry-After": str(retry_after)})


def database_error_response(error: Exception) -> JSONResponse:
    """The response to one of DATABASE_ERRORS: 503 while the database is away, else 500."""
    if away_reason(error) is None:
        log.error("the database refuses a statement", exc_info=error)
        return error_response(_internal_error())
    return error_response(_database_unavailable())


def install(app: FastAPI) -> None:
    """Make the app answer every error in the contract's shape."""
    _install_client_error_handlers(app)
    _install_server_error_handlers(app)


def _install_client_error_handlers(app: FastAPI) -> None:
    """Errors that the caller can correct."""

    @app.exception_handler(ApiError)
    async def _ours(_request: Request, error: ApiError) -> Response:
        return error_response(error)

    @app.exception_handler(ServiceError)
    async def _refused(_request: Request, error: ServiceError) -> Response:
        return error_response(error)

    @app.exception_handler(RequestValidationError)
    async def _invalid(_request: Request, error: RequestValidationError) -> Response:
        return error_response(ValidationFailed(*field_errors(error.errors())))

    @app.exception_handler(HTTPException)
    async def _http(_request: Request, error: HTTPException) -> Response:
        return error_response(ApiError(error.status_code, str(error.detail)), error.headers)


def _install_server_error_handlers(app: FastAPI) -> None:
    """Errors that only the operator can correct."""

    @app.exception_handler(DBAPIError)
    @app.exception_handler(NoConnectionFree)
    async def _database(_request: Request, error: Exception) -> Response:
        return database_error_response(error)

    @app.exception_handler(Exception)
    async def _any(_request: Request, _error: Exception) -> Response:
        return error_response(_internal_error(), UNSTORED)  # outside of all middleware


def _database_unavailable() -> ApiError:
    return ApiError(503, "the database does not answer; try again", retry_after=DATABASE_RETRY)


def _internal_error() -> ApiError:
    return ApiError(500, "an unexpected error; it is in the server's log")
