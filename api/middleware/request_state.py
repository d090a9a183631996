"""The state of one request, shared by the middleware, the dependencies and the routes."""

from collections.abc import MutableMapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from starlette.requests import HTTPConnection

if TYPE_CHECKING:
    from api.caller import Caller
    from api.middleware.idempotency import KeyLease
    from api.middleware.organization_places import Place

STATE_KEY = "exchange"


@dataclass(slots=True)
class RequestState:
    """One request and its response.

    `json`: the body, parsed and checked; None without one. `is_streamed`: the body may be larger
    than memory, so that only the route reads it. `headers` are added to the response, and
    `cookies`: the values of Set-Cookie, by the cookie's name. `key_lease`: the Idempotency-Key that
    this request has leased. `organization_id`: the organization that the caller acts for, once it
    is authenticated. `place`: its place among the requests of that organization. `caller`,
    `refusal`: what the Authorization header shows, once it was looked at.
    """

    json: Any = None
    is_streamed: bool = False
    headers: dict[str, str] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)
    key_lease: "KeyLease | None" = None
    organization_id: str | None = None
    place: "Place | None" = None
    caller: "Caller | None" = None
    refusal: Exception | None = None


def get_from_scope(scope: MutableMapping[str, Any]) -> RequestState:
    """The state of an ASGI scope; created at the first call."""
    state: dict[str, Any] = scope.setdefault("state", {})
    found: RequestState = state.setdefault(STATE_KEY, RequestState())
    return found


def get(request: HTTPConnection) -> RequestState:
    """The state of a request."""
    return get_from_scope(request.scope)
