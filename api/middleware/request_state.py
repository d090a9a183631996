"""What the front remembers of one request until its answer has left."""

from collections.abc import MutableMapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from starlette.requests import HTTPConnection

if TYPE_CHECKING:
    from api.middleware.idempotency import KeyLease

STATE_KEY = "exchange"


@dataclass(slots=True)
class RequestState:
    """One request and its answer.

    `json`: the body, parsed and checked; None where there is none. `is_streamed`: the body may
    be larger than memory, so that the route alone reads it. `headers` are added to the answer.
    `claim`: the Idempotency-Key that this request holds. `organization_id`: whom the caller speaks
    for, once that is known.
    """

    json: Any = None
    is_streamed: bool = False
    headers: dict[str, str] = field(default_factory=dict)
    key_lease: "KeyLease | None" = None
    organization_id: str | None = None


def get_from_scope(scope: MutableMapping[str, Any]) -> RequestState:
    """The exchange of an ASGI scope; made if new."""
    state: dict[str, Any] = scope.setdefault("state", {})
    found: RequestState = state.setdefault(STATE_KEY, RequestState())
    return found


def get(request: HTTPConnection) -> RequestState:
    """The exchange of a request."""
    return get_from_scope(request.scope)
