"""Publications: once, whatever is lost, repeated or late."""

import asyncio
import time
from collections.abc import Iterator

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from provider.bluesky.client import Bluesky
from provider.bluesky.record_keys import first_key, thread_keys
from provider.bluesky.records import POSTS
from provider.errors import (
    GiveUp,
    OutcomeUnknown,
    ProviderError,
    Reconnect,
    RestartUpload,
    Retry,
)
from provider.protocol import RemotePost, RemoteStage
from tests.unit.provider.bluesky.connections import DID
from tests.unit.provider.bluesky.drafts import MARKER, bluesky_draft
from tests.unit.provider.bluesky.fake_server import FakeServer, refuse, run
from tests.unit.provider.bluesky.faults import FAILURES, answer_once, fail
from tests.unit.provider.bluesky.publications import KEY, THREAD, far, posts, publish


@pytest.fixture(autouse=True, scope="module")
def _no_wait() -> Iterator[None]:
    """Nothing waits between two tries."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("provider.bluesky.publication.MAX_WAIT", 0)
        yield


def test_a_thread_is_published_once() -> None:
    """A second publication under the same id finds the thread there, and writes nothing."""
    server = FakeServer()

    async def twice(bluesky: Bluesky) -> list[RemotePost]:
        assert bluesky.own_id(MARKER) == KEY
        return [await publish(bluesky), await publish(bluesky)]

    first, second = run(server, twice)
    assert first == second
    assert first.stage == RemoteStage.PUBLISHED
    assert first.link == f"https://bsky.app/profile/{DID}/post/{KEY}"
    assert posts(server) == thread_keys(KEY, 3)
    assert server.calls["applyWrites"] == 1
    assert server.calls["createSession"] == 1


@given(st.lists(st.sampled_from(FAILURES), max_size=6))
def test_any_failures_leave_one_thread(failures: list[str]) -> None:
    """However often the write's answer is lost, refused or an error, with or without its effect,
    repeating the publication ends with each post once, and never with a part of them."""
    server = FakeServer()
    server.faults["applyWrites"] = fail(server, *failures)

    async def until_done(bluesky: Bluesky) -> RemotePost:
        for _ in range(len(failures) + 1):
            try:
                return await publish(bluesky)
            except (OutcomeUnknown, Retry, Reconnect):
                assert posts(server) in ([], thread_keys(KEY, 3))
        raise AssertionError("never published")

    run(server, until_done)
    assert posts(server) == thread_keys(KEY, 3)


def test_a_lost_answer_is_a_doubt() -> None:
    """A write without an answer may have arrived; a call that was never sent is only repeated."""
    server = FakeServer()
    server.faults["applyWrites"] = answer_once(
        httpx.ReadError, httpx.ConnectError, httpx.UnsupportedProtocol
    )
    for kind in (OutcomeUnknown, Retry, Retry):
        with pytest.raises(ProviderError) as failure:
            run(server, publish)
        assert type(failure.value) is kind


def test_a_publication_after_its_claim_sends_nothing() -> None:
    """A claim that ended while the head was read is noticed before anything is written."""
    server = FakeServer()

    async def late(bluesky: Bluesky) -> None:
        await bluesky.publish_now(KEY, THREAD, held_until=time.monotonic())

    with pytest.raises(Retry, match="nothing was sent"):
        run(server, late)
    assert server.calls["getLatestCommit"] == 1
    assert server.calls["applyWrites"] == 0


def test_a_post_of_another_account_is_not_published() -> None:
    """A connection that got another account does not publish the posts of the one before."""
    server, draft = FakeServer(), bluesky_draft(profile_id="did:plc:bob")
    with pytest.raises(GiveUp, match="another Bluesky account"):
        run(server, lambda bluesky: bluesky.publish_now(KEY, draft, held_until=far()))
    assert not server.calls


def test_publications_of_one_account_wait_for_each_other() -> None:
    """Posts that are published at once by one process never move each other's head, and know it
    from the write before."""
    server = FakeServer()
    markers = [f"post {number}" for number in range(20)]

    async def all_at_once(bluesky: Bluesky) -> None:
        keys = map(bluesky.own_id, markers)
        calls = (bluesky.publish_now(key, bluesky_draft(), held_until=far()) for key in keys)
        await asyncio.gather(*calls)

    run(server, all_at_once)
    assert posts(server) == sorted(map(first_key, markers))
    assert server.calls["applyWrites"] == 20
    assert server.calls["getLatestCommit"] == 1


def test_a_head_that_is_known_from_a_write_may_have_moved() -> None:
    """Another process writes, or takes a post away, in between: the write is refused, and made with
    the head as it is then; and nothing is sent after the end of the claim."""
    server = FakeServer()

    async def in_turn(bluesky: Bluesky) -> None:
        await publish(bluesky)
        server.commits += 1
        key = bluesky.own_id("another")
        with pytest.raises(Retry, match="nothing was sent"):
            await bluesky.publish_now(key, bluesky_draft(), held_until=time.monotonic())
        await bluesky.publish_now(key, bluesky_draft(), held_until=far())
        server.commits += 1
        third = bluesky.own_id("a third")
        await bluesky.publish_now(third, bluesky_draft(), held_until=far())

    run(server, in_turn)
    assert len(posts(server)) == 5
    assert server.calls["applyWrites"] == 4


def test_others_may_write_at_the_same_time() -> None:
    """A moved head is read again; where it always moves, the publication comes again later."""
    server = FakeServer()
    moved = refuse(400, "InvalidSwap", "Commit was at x")
    server.faults["applyWrites"] = answer_once(*[moved] * 3)
    run(server, publish)
    assert server.calls["applyWrites"] == 4
    busy = FakeServer()
    busy.faults["applyWrites"] = answer_once(*[moved] * 100)
    with pytest.raises(Retry, match="nothing was sent"):
        run(busy, publish)


@pytest.mark.parametrize(
    ("call", "status", "code", "kind"),
    [
        ("applyWrites", 400, "BlobNotFound", RestartUpload),
        ("applyWrites", 400, "InvalidRequest", GiveUp),
        ("applyWrites", 401, "AccountTakedown", Reconnect),
        ("getLatestCommit", 400, "RepoTakendown", Reconnect),
        ("getLatestCommit", 400, "RepoDeactivated", Reconnect),
        ("getLatestCommit", 500, "InternalServerError", Retry),
        ("getRecord", 400, "InvalidRequest", Reconnect),
        ("getRecord", 500, "InternalServerError", Retry),
    ],
)
def test_a_refused_publication(
    call: str, status: int, code: str, kind: type[ProviderError]
) -> None:
    """Each refusal says what must be done; only a missing record means that it is not there."""
    server = FakeServer()
    server.faults[call] = answer_once(refuse(status, code))
    with pytest.raises(ProviderError) as failure:
        run(server, publish)
    assert type(failure.value) is kind
    assert posts(server) == []


def test_mentions_become_accounts() -> None:
    """A handle that is known gets a facet; one that is not, or that takes an error, stays text."""
    server = FakeServer()

    async def resolve(request: httpx.Request) -> httpx.Response:
        handle = request.url.params["handle"]
        if handle == "bob.test":
            return httpx.Response(200, json={"did": "did:plc:bob"})
        return refuse(*((500, "Down") if handle == "down.test" else (400, "HandleNotFound")))

    server.faults["resolveHandle"] = resolve
    draft = bluesky_draft(caption="@bob.test @nobody.test @down.test @BOB.test")
    run(server, lambda bluesky: bluesky.publish_now(KEY, draft, held_until=far()))
    facets = server.records[POSTS, KEY]["facets"]
    assert [each["features"][0]["did"] for each in facets] == ["did:plc:bob"] * 2
    assert server.calls["resolveHandle"] == 3
