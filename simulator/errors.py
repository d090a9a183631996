"""The error that every call raises to refuse a request; each host renders it as JSON or XML."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with a body, with the path of the field (`captions[0].plainText`)."""

    field: str
    message: str


class CallError(Exception):
    """Raised by a call that refuses the request.

    `status` is the HTTP status, `code` the blob host's error code (XML only), `headers` are those
    of the response, and `problems` become the `errors` list of the JSON body.
    """

    def __init__(
        self,
        status: int,
        message: str,
        *,
        problems: Sequence[Problem] = (),
        code: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.problems = tuple(problems)
        self.code = code
        self.headers = dict(headers or {})

    def to_json(self) -> dict[str, Any]:
        """The response's body: `{"message"}`, plus `errors` when fields are wrong."""
        body: dict[str, Any] = {"message": self.message}
        if self.problems:
            body["errors"] = [asdict(problem) for problem in self.problems]
        return body


def validation_error(problems: Sequence[Problem]) -> CallError:
    """The 400 for a body with these problems (at least one)."""
    return CallError(400, "Validation failed", problems=problems)


def not_found_error(what: str) -> CallError:
    """The same 404 for an id that is unknown, deleted or another workspace's."""
    return CallError(404, f"{what} not found")
