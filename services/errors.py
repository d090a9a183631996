"""Why a use case refuses a request. No HTTP: `api/errors.py` maps each class to a status."""

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

from services.problem_sentences import problem_sentence

POSTING_DISABLED = "social posting is switched off for this organization (isEnabled)"

SWITCHED_OFF = "the operator of this installation has switched this organization off"


class FieldError(TypedDict):
    """One problem of a request: the field, and a sentence that says what would be right."""

    field: str
    message: str


class ServiceError(Exception):
    """A refusal that the caller can read. `details` names fields where there are any."""

    def __init__(self, message: str, details: Sequence[FieldError] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.details = list(details)


class ValidationFailed(ServiceError):
    """The request is wrong; `details` names every field that is."""

    def __init__(self, *details: FieldError) -> None:
        message = "; ".join(f"{each['field']}: {each['message']}" for each in details)
        super().__init__(message, details)


class PostingDisabled(ServiceError):
    """The organization has switched social posting off."""

    def __init__(self, message: str = POSTING_DISABLED) -> None:
        super().__init__(message)


class NotFound(ServiceError):
    """The organization has no such post, file, account, webhook or feed."""


class Conflict(ServiceError):
    """The request is right, but not possible in the present state."""


class FileTooLarge(ServiceError):
    """An uploaded file has more bytes than allowed."""


class PublicationFailed(ServiceError):
    """The post was accepted, and the provider refused it while the caller waited."""


class ProviderUnavailable(ServiceError):
    """A provider did not answer while the caller waited; nothing was changed."""


class StorageDown(ServiceError):
    """The storage of uploaded files does not answer."""


def invalid_field(field: str, message: str) -> ValidationFailed:
    """The error for one field."""
    return ValidationFailed(FieldError(field=field, message=message))


def field_errors(problems: Sequence[Mapping[str, Any]]) -> list[FieldError]:
    """Pydantic's `error.errors()` in the contract's words."""
    return [
        FieldError(
            field="body" if problem["type"] == "json_invalid" else _field_path(problem["loc"]),
            message=problem_sentence(problem),
        )
        for problem in problems
    ]


def _field_path(loc: Sequence[str | int]) -> str:
    parts = loc[1:] if loc and loc[0] in ("body", "query", "path", "header") else loc
    text = ""
    for part in parts:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text or "body"
