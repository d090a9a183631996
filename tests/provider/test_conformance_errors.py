"""What every provider must raise when something fails: the right branch of the error tree."""

import math
from collections.abc import Awaitable, Callable

import pytest

from provider.errors import GiveUp, Reconnect, RestartUpload, Retry, RetryAfter
from provider.protocol import DraftMedia, MediaState
from tests.provider.sandboxes import ProviderTester, Sandbox, instant_in

READS = ("list_profiles", "get_media", "get_post", "list_posts")
Call = Callable[[], Awaitable[object]]


@pytest.mark.parametrize("call", [*READS, "initiate_media", "confirm_media", "delete_post"])
def test_what_may_be_repeated_is_a_retry(sandbox: Sandbox, call: str) -> None:
    """A failed read, or a failed call that may be repeated, is a Retry and no unknown outcome."""

    async def work(tester: ProviderTester) -> None:
        media_id, made = await tester.send(), await tester.create("read")
        draft = await tester.draft("read")
        calls: dict[str, Call] = {
            "list_profiles": tester.provider.profiles,
            "get_media": lambda: tester.provider.readiness(media_id),
            "get_post": lambda: tester.provider.get(made.id),
            "list_posts": lambda: tester.provider.find(draft),
            "initiate_media": tester.media,
            "confirm_media": lambda: tester.provider.confirm_upload(media_id),
            "delete_post": lambda: tester.provider.delete(made.id, held_until=math.inf),
        }
        for kind in ("server_error", "hang", "lost_answer"):
            await tester.inject_fault(kind, call, seconds=0.2)
            with pytest.raises(Retry) as caught:
                await calls[call]()
            assert not isinstance(caught.value, RetryAfter)
        await calls[call]()

    sandbox.use(work)


@pytest.mark.parametrize("http_date", [False, True])
@pytest.mark.parametrize("call", ["create_post", "schedule", "get_post", "initiate_media"])
def test_a_busy_provider_says_how_long(sandbox: Sandbox, call: str, *, http_date: bool) -> None:
    """A 429 on any call is a RetryAfter with the delay of its header: nothing was done."""

    async def work(tester: ProviderTester) -> None:
        made = await tester.create("busy")
        await tester.inject_fault("rate_limit", call, seconds=40, httpDate=http_date)
        calls: dict[str, Call] = {
            "create_post": lambda: tester.create("another"),
            "schedule": lambda: tester.provider.schedule(made.id),
            "get_post": lambda: tester.provider.get(made.id),
            "initiate_media": tester.send,
        }
        with pytest.raises(RetryAfter) as caught:
            await calls[call]()
        assert 38 <= caught.value.seconds <= 40
        assert caught.value.http_status == 429
        assert await tester.provider.find(await tester.draft("another")) == []

    sandbox.use(work)


def test_an_expired_link_asks_for_a_new_upload(sandbox: Sandbox) -> None:
    """The old URL does not work any more; the URL of a new upload does."""

    async def work(tester: ProviderTester) -> None:
        await tester.inject_fault("expired_url", "initiate_media")
        with pytest.raises(RestartUpload) as caught:
            await tester.send()
        assert "sig" not in str(caught.value)
        await tester.media()

    sandbox.use(work)


@pytest.mark.parametrize("call", [*READS, "create_post"])
def test_refused_credentials_need_a_person(sandbox: Sandbox, call: str) -> None:
    """On every call, a revoked key is a Reconnect, and the message does not show the key."""

    async def work(tester: ProviderTester) -> None:
        calls: dict[str, Call] = {
            "list_profiles": tester.provider.profiles,
            "get_media": lambda: tester.provider.readiness("m"),
            "get_post": lambda: tester.provider.get("p"),
            "list_posts": lambda: tester.provider.find(draft),
            "create_post": lambda: tester.provider.create(draft),
        }
        with pytest.raises(Reconnect) as caught:
            await calls[call]()
        assert "revoked-do-not-show" not in str(caught.value)

    draft = sandbox.use(lambda tester: tester.draft("refused"))
    sandbox.use(work, "revoked-do-not-show")


def test_an_invalid_post_is_refused_in_the_providers_words(sandbox: Sandbox) -> None:
    """A retry does not help, and the reason names the problem; also for a draft without a time."""

    async def work(tester: ProviderTester) -> None:
        with pytest.raises(GiveUp, match=r"SUCCESS|media") as caught:
            await tester.create("bad", post_type="photo", media=(DraftMedia("S+/unknown=="),))
        assert caught.value.http_status == 400
        idea = await tester.create("idea", publish_at=None)
        with pytest.raises(GiveUp, match="publishAt"):
            await tester.provider.schedule(idea.id)
        past = await tester.create("past", publish_at=instant_in(-60))
        with pytest.raises(GiveUp, match="past"):
            await tester.provider.schedule(past.id)

    sandbox.use(work)


def test_a_file_that_cannot_be_processed_says_so(sandbox: Sandbox) -> None:
    """The confirm works, and the file ends as failed, with a reason."""

    async def work(tester: ProviderTester) -> None:
        media_id = await tester.send()
        await tester.inject_fault("media_error", "confirm_media")
        await tester.provider.confirm_upload(media_id)
        answer = await tester.wait_until(
            lambda: tester.provider.readiness(media_id), lambda it: it.state, MediaState.FAILED
        )
        assert answer.detail

    sandbox.use(work)
