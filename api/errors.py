"""Errors as the contract answers them: one body that every client of it can read."""

import logging
from collections.abc import Sequence
from typing import Any, TypedDict

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import DBAPIError
from starlette.exceptions import HTTPException

log = logging.getLogger(__name__)
CODES = {
    400: "INVALID_INPUT",
    401: "UNAUTHORIZED",
    403: "FORBIDDEN",
    404: "NOT_FOUND",
    405: "METHOD_NOT_ALLOWED",
    409: "CONFLICT",
    413: "PAYLOAD_TOO_LARGE",
    429: "RATE_LIMIT_EXCEEDED",
    502: "PROVIDER_ERROR",
    503: "UNAVAILABLE",
}


class FieldError(TypedDict):
    """One thing that is wrong with a request: which field, and what would be right."""

    field: str
    message: str


class ApiError(Exception):
    """An answer other than success."""

    def __init__(self, status: int, message: str, details: Sequence[FieldError] = ()) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.details = list(details)


class Invalid(ApiError):
    """A 400 that names fields."""

    def __init__(self, *details: FieldError) -> None:
        message = "; ".join(f"{each['field']}: {each['message']}" for each in details)
        super().__init__(400, message, details)


def wrong(field: str, message: str) -> Invalid:
    """The 400 for one field."""
    return Invalid(FieldError(field=field, message=message))


def body(status: int, message: str, details: Sequence[FieldError] = ()) -> dict[str, Any]:
    """The error body: the contract's `error` beside the vendor's `status`, `message`, `code`."""
    code = CODES.get(status, "INTERNAL_SERVER_ERROR")
    answer: dict[str, Any] = {"error": message, "status": status, "message": message, "code": code}
    return {**answer, "details": list(details)} if details else answer


def field_errors(error: RequestValidationError) -> list[FieldError]:
    """Pydantic's findings in the contract's words."""
    return [
        FieldError(
            field="body" if problem["type"] == "json_invalid" else _path(problem["loc"]),
            message=_sentence(problem),
        )
        for problem in error.errors()
    ]


def _path(loc: Sequence[str | int]) -> str:
    parts = loc[1:] if loc and loc[0] in ("body", "query", "path", "header") else loc
    text = ""
    for part in parts:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text or "body"


def _sentence(problem: dict[str, Any]) -> str:
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

    @app.exception_handler(ApiError)
    def _ours(_request: Request, error: ApiError) -> JSONResponse:
        return JSONResponse(body(error.status, error.message, error.details), error.status)

    @app.exception_handler(RequestValidationError)
    def _invalid(_request: Request, error: RequestValidationError) -> JSONResponse:
        invalid = Invalid(*field_errors(error))
        return JSONResponse(body(400, invalid.message, invalid.details), 400)

    @app.exception_handler(DBAPIError)
    def _away(_request: Request, error: DBAPIError) -> JSONResponse:
        log.warning("the database does not answer: %s", error.orig)
        return JSONResponse(body(503, "the database does not answer; try again"), 503)

    @app.exception_handler(Exception)
    def _defect(_request: Request, _error: Exception) -> JSONResponse:
        return JSONResponse(body(500, "an unexpected error; it is in the server's log"), 500)

    @app.exception_handler(HTTPException)
    def _http(_request: Request, error: HTTPException) -> JSONResponse:
        answer = body(error.status_code, str(error.detail))
        return JSONResponse(answer, error.status_code, headers=error.headers)
