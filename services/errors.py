"""Why a use case refuses a request. No HTTP: `api/errors.py` maps each class to a status."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, TypedDict

from services.problem_sentences import problem_sentence

# So many problems are named, so many of them in the message, and so much of a field's name.
MAX_PROBLEMS: Final = 50
MAX_IN_MESSAGE: Final = 5
MAX_FIELD_NAME: Final = 200
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
    """The request is wrong; `details` names every field that is, or the first ones and how many
    there are."""

    def __init__(self, *details: FieldError) -> None:
        first = [f"{each['field']}: {each['message']}" for each in details[:MAX_IN_MESSAGE]]
        has_more = len(details) > MAX_IN_MESSAGE
        message = "; ".join([*first, "and more problems"] if has_more else first)
        super().__init__(message, _shorten(details, len(details)))


class PostingDisabled(ServiceError):
    """The organization has switched social posting off."""

    def __init__(self, message: str = POSTING_DISABLED) -> None:
        super().__init__(message)


class NotAllowed(ServiceError):
    """The caller's API key lacks a scope."""


class NotFound(ServiceError):
    """The organization has no such post, file, account, webhook or feed."""


class Conflict(ServiceError):
    """The request is right, but not possible in the present state."""


class EditedMeanwhile(Conflict):
    """Somebody else has changed the post since the caller read it. `conflict`: its version now,
    what the caller wants (`yours`) and what the post has (`current`)."""

    def __init__(self, message: str, conflict: Mapping[str, Any]) -> None:
        super().__init__(message)
        self.conflict = conflict


class QuotaReached(ServiceError):
    """The organization has as much as it may have; the text says what would help."""


class StorageFull(ServiceError):
    """There is no room for an uploaded file: in the organization's quota, or on the disk."""


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
    named = [
        FieldError(
            field="body" if problem["type"] == "json_invalid" else _field_path(problem["loc"]),
            message=problem_sentence(problem),
        )
        for problem in problems[:MAX_PROBLEMS]
    ]
    return _shorten(named, len(problems))


def _shorten(details: Sequence[FieldError], count: int) -> list[FieldError]:
    """The first of `count` problems; the last of them then says how many there are beside them."""
    if count <= MAX_PROBLEMS:
        return list(details)
    rest = count - MAX_PROBLEMS + 1
    named = details[: MAX_PROBLEMS - 1]
    return [*named, FieldError(field="body", message=f"has {rest} more problems")]


def _field_path(loc: Sequence[str | int]) -> str:
    parts = loc[1:] if loc and loc[0] in ("body", "query", "path", "header") else loc
    text = ""
    for part in parts:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text[:MAX_FIELD_NAME] or "body"
