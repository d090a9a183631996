"""Places at work: how many requests of one organization run at once in this process.

The threads and the database connections are everybody's. Who comes while all places of the
organization are taken waits without a thread; who comes while too many wait gets 429.
"""

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from typing import Final

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import ApiError
from api.middleware import request_state
from api.paths import without_organization
from services import waiting
from services.public_urls import API_PREFIX

# Requests that run, and that wait for a place, of one organization in one process.
RUNNING: Final = 8
QUEUED: Final = 128
# The same for those that may take seconds.
HEAVY_RUNNING: Final = 2
HEAVY_QUEUED: Final = 32
# Requests of one organization that wait for the provider: each reads its post twice a second.
WAITING: Final = 64
RETRY_AFTER: Final = 2
# Bodies of these may take minutes to arrive; they have places of their own.
UPLOADS: Final = (
    ("POST", f"{API_PREFIX}/media"),
    ("POST", "/compose"),
    ("POST", "/compose/files"),
    ("POST", "/import"),
)
POSTS: Final = ("GET", f"{API_PREFIX}/posts")
HEAVY: Final = (
    ("POST", f"{API_PREFIX}/simulate"),
    ("POST", f"{API_PREFIX}/import"),
    ("GET", f"{API_PREFIX}/calendar"),
    ("GET", f"{API_PREFIX}/calendar.ics"),
    ("GET", "/"),
    ("GET", "/import/check"),
    ("GET", "/import/report"),
    ("GET", "/import/refused"),
    ("POST", "/import/run"),
)


@dataclass(slots=True)
class _Lane:
    """The places of one organization for one kind of request."""

    free: asyncio.Semaphore
    limit: int
    requests: int = 0


class OrganizationPlaces:
    """The places of all organizations in one process."""

    def __init__(self) -> None:
        self._lanes: dict[tuple[str, str], _Lane] = {}
        self._waiting: Counter[str] = Counter()

    async def take(self, organization_id: str, kind: str = "") -> "Place":
        """A place, at once or when one is given back; 429 where too many wait for one already."""
        running, queued = (HEAVY_RUNNING, HEAVY_QUEUED) if kind == "heavy" else (RUNNING, QUEUED)
        key = organization_id, kind
        lane = self._lanes.setdefault(key, _Lane(asyncio.Semaphore(running), running + queued))
        if lane.requests >= lane.limit:
            sentence = (
                f"{lane.limit} such requests of this organization are at work or wait already; "
                "send fewer at once"
            )
            raise ApiError(429, sentence, retry_after=RETRY_AFTER)
        lane.requests += 1
        try:
            await lane.free.acquire()
        except asyncio.CancelledError:  # whoever sent the request hung up
            self._leave(key, lane)
            raise
        return Place(self, key, lane)

    def begin_wait(self, organization_id: str) -> bool:
        """Count a request that waits for the provider; False where there are too many."""
        if self._waiting[organization_id] >= WAITING:
            return False
        self._waiting[organization_id] += 1
        return True

    def end_wait(self, organization_id: str) -> None:
        """The request waits no more."""
        self._waiting[organization_id] -= 1
        self._waiting += Counter()  # forgets who has none

    def give_back(self, key: tuple[str, str], lane: _Lane) -> None:
        """Let the next request of the organization run."""
        lane.free.release()
        self._leave(key, lane)

    def _leave(self, key: tuple[str, str], lane: _Lane) -> None:
        lane.requests -= 1
        if not lane.requests:
            self._lanes.pop(key, None)


@dataclass(slots=True)
class Place:
    """The place of one request, until it waits for the provider or its response begins."""

    places: OrganizationPlaces
    key: tuple[str, str]
    lane: _Lane
    is_running: bool = field(default=True, init=False)
    is_waiting: bool = field(default=False, init=False)

    @property
    def is_heavy(self) -> bool:
        """Whether the place is held until the response is sent."""
        return self.key[1] == "heavy"

    def wait(self) -> bool:
        """Give the place back to wait for the provider; False where too many wait already."""
        if not self.is_waiting:
            self.is_waiting = self.places.begin_wait(self.key[0])
        if self.is_waiting:
            self._stop()
        return self.is_waiting

    def release(self) -> None:
        """The request is over; harmless to repeat."""
        self._stop()
        if self.is_waiting:
            self.is_waiting = False
            self.places.end_wait(self.key[0])

    def _stop(self) -> None:
        if self.is_running:
            self.is_running = False
            self.places.give_back(self.key, self.lane)


async def take_place(request: Request, organization_id: str) -> None:
    """Take a place for a request whose organization is known; 429 where too many wait."""
    places: OrganizationPlaces = request.app.state.organization_places
    state = request_state.get(request)
    if state.place is None:
        state.place = await places.take(organization_id, _kind(request))
        waiting.WAIT.set(state.place.wait)


def _kind(request: Request) -> str:
    path = request.scope["path"].removeprefix(request.scope.get("root_path", ""))
    route = request.method, without_organization(path)
    if route == POSTS:  # a page of the list is no heavy request
        return "" if {"limit", "cursor"} & request.query_params.keys() else "heavy"
    if route in UPLOADS:
        return "upload"
    return "heavy" if route in HEAVY else ""


class OrganizationPlacesMiddleware:
    """Gives a request's place back when its response begins; after a dear one, when it is sent."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        state = request_state.get_from_scope(scope)

        def release() -> None:
            if state.place is not None:
                state.place.release()

        async def send_and_release(message: Message) -> None:
            # A large answer is in memory until the caller has read it.
            if state.place is not None and not state.place.is_heavy:
                release()
            await send(message)

        try:
            await self._app(scope, receive, send_and_release)
        finally:
            release()
