"""Posts that are taken away: they are gone, and no earlier write brings them back."""

import asyncio

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from provider.bluesky.client import Bluesky
from provider.bluesky.records import POSTS
from provider.errors import OutcomeUnknown, Reconnect, Retry
from tests.unit.provider.bluesky.fake_server import FakeServer, run
from tests.unit.provider.bluesky.faults import FAILURES, answer_once, fail
from tests.unit.provider.bluesky.publications import KEY, THREAD, posts, publish


class Clock:
    """The clock of the publications, which the test sets."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        """The time (s)."""
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """A clock that stands still, at 0 s."""
    clock = Clock()
    monkeypatch.setattr("provider.bluesky.publication.time", clock)
    return clock


def test_a_late_write_after_a_delete_is_refused(clock: Clock) -> None:
    """A write that is still on its way when the post is deleted never brings the post back: the
    delete moved the head, and the writer does not read it again after its claim."""
    server = FakeServer()

    async def hold(_request: httpx.Request) -> httpx.Response | None:
        """The first write arrives only after a delete by another process."""
        del server.faults["applyWrites"]
        clock.now = 11
        await asyncio.to_thread(run, server, lambda other: other.delete(KEY))
        return None

    server.faults["applyWrites"] = hold
    with pytest.raises(Retry, match="nothing was sent"):
        run(server, lambda one: one.publish_now(KEY, THREAD, held_until=10))
    assert posts(server) == []
    assert server.records == {}


def test_a_late_delete_takes_nothing_away(clock: Clock) -> None:
    """A delete of a worker that was frozen until others had published the post under the same id
    deletes nothing, whether it was frozen before its first write or before its last one."""

    def freeze_before(write: int) -> FakeServer:
        server, writes = FakeServer(), 0
        clock.now = 0

        async def freeze(_request: httpx.Request) -> httpx.Response | None:
            nonlocal writes
            writes += 1
            if writes != write:
                return None
            clock.now = 11
            del server.faults["applyWrites"]
            await asyncio.to_thread(run, server, lambda other: other.delete(KEY))
            await asyncio.to_thread(run, server, publish)
            return None

        run(server, publish)
        server.faults["applyWrites"] = freeze
        with pytest.raises(Retry, match="nothing was sent"):
            run(server, lambda one: one.delete(KEY, held_until=10))
        return server

    for write in (1, 2):
        assert posts(freeze_before(write)), f"frozen before write {write}"


def test_a_delete_takes_the_whole_thread_away() -> None:
    """Each post of a thread is deleted, others stay; a second delete is harmless."""
    server = FakeServer()
    server.records[POSTS, "3khuwc44c2222"] = {"text": "another one"}

    async def publish_and_delete(bluesky: Bluesky) -> None:
        await publish(bluesky)
        assert await bluesky.get(KEY) is not None
        await bluesky.delete(KEY)
        assert await bluesky.get(KEY) is None
        await bluesky.delete(KEY)

    run(server, publish_and_delete)
    assert posts(server) == ["3khuwc44c2222"]


@given(st.lists(st.sampled_from(FAILURES), max_size=4))
def test_a_delete_is_repeated_until_it_is_done(failures: list[str]) -> None:
    """A delete whose answers are lost says so, and its repetition ends without the post."""
    server = FakeServer()

    async def publish_and_delete(bluesky: Bluesky) -> None:
        await publish(bluesky)
        server.faults["applyWrites"] = fail(server, *failures)
        for _ in range(len(failures) + 1):
            try:
                return await bluesky.delete(KEY)
            except (OutcomeUnknown, Reconnect):
                continue
        raise AssertionError("never deleted")

    run(server, publish_and_delete)
    assert posts(server) == []


def test_a_server_that_does_not_move_its_head_proves_nothing() -> None:
    """A delete is not done while an earlier write could still succeed."""
    server = FakeServer()
    server.faults["applyWrites"] = answer_once(httpx.Response(200, json={}))
    with pytest.raises(OutcomeUnknown):
        run(server, lambda bluesky: bluesky.delete(KEY))
