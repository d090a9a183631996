"""The sandboxes of the providers with drafts, which can be made to fail.

A new one adds a `Sandbox` here and nothing else: the tests use only the protocol. Those without
drafts are in `direct/sandboxes.py`.
"""

import asyncio
import hashlib
import math
import sqlite3
import tempfile
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import httpx

from provider.aiohttp_client import AiohttpClient, HttpClient
from provider.protocol import Draft, FileSpec, MediaState, Profile, Provider, RemotePost
from provider.swonkie import client as swonkie
from simulator import Options, Simulator
from simulator.domain.posts import insert_post
from simulator.list_shapes import SHAPES
from simulator.sqlite_store import SqliteStore
from simulator.timestamps import format_instant, now_milliseconds
from tests.fixed_credentials import FixedCredentials
from tests.provider.uploads import spec_of, upload_file

T = TypeVar("T")
BYTES = b"the bytes of a photo"
FILE = FileSpec("photo.jpg", "image/jpeg", len(BYTES))


@dataclass(frozen=True)
class Sandbox:
    """A running stand-in for a provider. `origin` receives the faults, `key` names a connection.

    `list_shapes`: the ways in which its lists may be paged, with whether they can be read whole.
    `list_styles`: other ways in which they may behave, with the most calls of a search among many
    posts. `fill` gives the key's connection so many old posts on a profile.
    """

    origin: str
    make: Callable[..., Provider]  # of an HTTP client, and one key or two
    key: str
    list_shapes: Mapping[str, bool] = field(default_factory=dict)
    list_styles: Mapping[str, tuple[dict[str, str], int]] = field(default_factory=dict)
    fill: Callable[[str, str, int], None] = lambda _key, _profile, _count: None

    def use(self, work: "Callable[[ProviderTester], Awaitable[T]]", *keys: str) -> T:
        """Run some work with a new client, as a worker does, with the connection's key or the given
        ones."""

        async def run() -> T:
            http = AiohttpClient(httpx.Timeout(5))
            try:
                provider = self.make(http, *(keys or (self.key,)))
                return await work(ProviderTester(provider, http, self.origin))
            finally:
                await http.aclose()

        return asyncio.run(run())

    def clear_faults(self) -> None:
        """Delete all waiting faults."""
        httpx.delete(f"{self.origin}/_simulator/faults").raise_for_status()


class ProviderTester:
    """A provider, with helpers for tests."""

    def __init__(self, provider: Provider, http: AiohttpClient, origin: str) -> None:
        self.provider, self._http, self._origin = provider, http, origin

    async def inject_fault(self, kind: str, call: str, **more: object) -> None:
        """The next call of this kind fails in this way."""
        body = {"kind": kind, "call": call, **more}
        answer = await self._http.request("POST", f"{self._origin}/_simulator/faults", json=body)
        assert answer.status_code == 201, answer.text

    async def allow(self, key: str, same_as: str | None = None) -> None:
        """Make a key valid (again), for this or another connection."""
        body = {"key": key, **({"sameAs": same_as} if same_as else {})}
        answer = await self._http.request("POST", f"{self._origin}/_simulator/keys", json=body)
        assert answer.status_code == 201, answer.text

    async def revoke(self, key: str) -> None:
        """From now on the provider refuses this key."""
        url = f"{self._origin}/_simulator/keys"
        answer = await self._http.request("DELETE", url, json={"key": key})
        assert answer.is_success, answer.text

    async def shape_lists(self, key: str, shape: str, page_size: int, **style: str) -> None:
        """From now on the lists of the key's connection have this shape and this style."""
        body = {"key": key, "shape": shape, "pageSize": page_size, **style}
        answer = await self._http.request("PUT", f"{self._origin}/_simulator/lists", json=body)
        assert answer.is_success, answer.text

    async def calls(self, name: str) -> int:
        """How many calls of this name came in so far, with the refused ones."""
        answer = await self._http.request("GET", f"{self._origin}/_simulator/calls")
        return int(answer.json()["calls"].get(name, 0))

    async def publications(self) -> list[dict[str, Any]]:
        """All that the sandbox has ever published."""
        answer = await self._http.request("GET", f"{self._origin}/_simulator/ledger")
        rows: list[dict[str, Any]] = answer.json()["publications"]
        return rows

    async def profile(self, platform: str = "facebook") -> Profile:
        """The connection's account on a platform."""
        return next(item for item in await self.provider.profiles() if item.platform == platform)

    async def send(self, name: str = "photo.jpg", content: bytes = BYTES) -> str:
        """Upload a file without confirming it; returns the media id."""
        return await upload_file(self.provider, spec_of(content, name), content)

    async def media(self) -> str:
        """The id of a file that is ready."""
        media_id = await self.send()
        await self.provider.confirm_upload(media_id)
        await self.wait_until(lambda: self.provider.readiness(media_id), lambda it: it.state, READY)
        return media_id

    async def draft(self, marker: str, **more: Any) -> Draft:  # noqa: ANN401
        """A text for Facebook in an hour, unless given otherwise."""
        known: dict[str, Any] = {
            "profile_id": (await self.profile(more.get("platform", "facebook"))).id,
            "platform": "facebook",
            "post_type": "text",
            "caption": "Hello",
            "media": (),
            "publish_at": instant_in(3600),
            "fields": {},
            "marker": f"slotbeat:suite:{marker}",
        }
        return Draft(**{**known, **more})

    async def create(self, marker: str, **more: Any) -> RemotePost:  # noqa: ANN401
        """Create such a draft."""
        return await self.provider.create(await self.draft(marker, **more))

    async def publish(self, remote_id: str) -> RemotePost:
        """Publish a draft at once."""
        draft = await self.draft("published")
        return await self.provider.publish_now(remote_id, draft, held_until=math.inf)

    async def move(self, transition: str, remote_id: str) -> RemotePost:
        """Schedule or publish a draft."""
        if transition == "publish_now":
            return await self.publish(remote_id)
        return await self.provider.schedule(remote_id)

    async def wait_until(
        self, ask: Callable[[], Awaitable[T]], reads: Callable[[T], object], wanted: object
    ) -> T:
        """Call until the result satisfies the condition, for ten seconds at most."""
        for _ in range(500):
            answer = await ask()
            if reads(answer) == wanted:
                return answer
            await asyncio.sleep(0.02)
        raise AssertionError(f"still {answer}, not {wanted}")


READY = MediaState.READY


def instant_in(seconds: float) -> datetime:
    """The time in so many seconds, as exact as the provider's API."""
    moment = datetime.now(UTC) + timedelta(seconds=seconds)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


@contextmanager
def swonkie_sandbox(*, legacy: bool) -> Iterator[Callable[[str], Sandbox]]:
    """Swonkie's client against the simulator, in one of its two response forms."""
    with tempfile.TemporaryDirectory() as folder:
        state = Path(folder, "simulator.sqlite")
        yield from _run_swonkie(state, legacy=legacy)


def _run_swonkie(state: Path, *, legacy: bool) -> Iterator[Callable[[str], Sandbox]]:
    options = Options(legacy_answers=legacy, processing=0.05, publishing=0.05, hang=1, state=state)
    with Simulator(options) as simulator, closing(SqliteStore(state)) as store:

        def make(http: HttpClient, *keys: str) -> Provider:
            return swonkie.Swonkie(http, simulator.base_url, FixedCredentials("app", *keys))

        def fill(key: str, profile_id: str, count: int) -> None:
            workspace = hashlib.sha256(key.encode()).hexdigest()
            with store.transaction() as database:
                for age in range(count, 0, -1):
                    _insert_old_post(database, workspace, profile_id, age)

        yield lambda key: Sandbox(simulator.origin, make, key, LIST_SHAPES, LIST_STYLES, fill)


def _insert_old_post(
    database: sqlite3.Connection, workspace: str, profile_id: str, age: int
) -> None:
    """A post of so many hours ago, with a time to publish at or without one."""
    created = now_milliseconds() - age * 3_600_000
    content: dict[str, Any] = {
        "type": "STATUS",
        "profileIds": [profile_id],
        "captions": [{"plainText": "Hello"}],
        "briefing": {"markdown": f"slotbeat:suite:old {age}"},
    }
    if age % 3:
        content["publishAt"] = format_instant(created + age % 5 * 7_000_000)
    insert_post(database, workspace, content, created)


# A list of which the provider shows one page alone cannot be read whole.
LIST_SHAPES = {name: name != "bare" for name in SHAPES}
# The documentation names filters, and neither their parameters nor the order of the list.
LIST_STYLES = {
    "documented": ({"shape": "cursor"}, 1),
    "other filters": ({"shape": "cursor", "filters": "other"}, 2),
    "filters ignored": ({"shape": "next_url", "filters": "ignored"}, 1),
    "filters refused": ({"shape": "page", "filters": "refused"}, 2),
    "one page alone": ({"shape": "bare"}, 1),
    "oldest first": ({"shape": "offset", "order": "oldest"}, 8),
    "oldest first, search in briefings": (
        {"shape": "page", "order": "oldest", "filters": "briefings"},
        5,
    ),
    "latest timer first": ({"shape": "page", "order": "timer_first"}, 40),
}
SANDBOXES: dict[str, Callable[[], AbstractContextManager[Callable[[str], Sandbox]]]] = {
    "swonkie": lambda: swonkie_sandbox(legacy=False),
    "swonkie-legacy": lambda: swonkie_sandbox(legacy=True),
}
