"""A publication without drafts: once under its own id, whatever is repeated, lost or late."""

import asyncio
from collections.abc import Awaitable
from contextlib import suppress

import pytest

from provider.errors import GiveUp, OutcomeUnknown, Retry
from provider.protocol import Draft, Idempotency, RemotePost, RemoteStage
from tests.bluesky.answer_loss_proxy import Fate
from tests.provider.direct.sandbox import DirectSandbox, DirectTester


class PublicationContract:
    """Publishing once."""

    def test_a_post_is_published_once(self, direct: DirectSandbox) -> None:
        """It is nowhere before; a repetition by another process answers the same, and publishes
        nothing."""
        draft = direct.use(lambda tester: _new(tester, "once"))
        assert direct.use(lambda tester: tester.get(draft)) is None
        published = [direct.use(lambda tester: tester.publish(draft)) for _ in range(3)]
        assert direct.account.published() == ["once"]
        assert {post.id for post in published} == {direct.use(lambda one: one.remote_id(draft))}
        assert all(post.stage is RemoteStage.PUBLISHED for post in published)
        assert all(str(post.link).startswith("https://") for post in published)
        assert direct.use(lambda tester: tester.get(draft)) == published[0]

    def test_repetitions_at_the_same_time(self, direct: DirectSandbox) -> None:
        """Six publications under one id by two processes leave one post; those that are not done
        say that nothing was sent."""
        draft = direct.use(lambda tester: _new(tester, "together"))
        direct.use(lambda tester: tester.provider.profiles())  # so that a session is there

        async def thrice(tester: DirectTester) -> list[RemotePost | BaseException]:
            calls = [tester.publish(draft) for _ in range(3)]
            return await asyncio.gather(*calls, return_exceptions=True)

        async def both() -> list[list[RemotePost | BaseException]]:
            return await asyncio.gather(*(asyncio.to_thread(direct.use, thrice) for _ in range(2)))

        outcomes = [each for process in asyncio.run(both()) for each in process]
        assert any(isinstance(each, RemotePost) for each in outcomes)
        assert all(isinstance(each, (RemotePost, Retry)) for each in outcomes)
        assert direct.account.published() == ["together"]

    @pytest.mark.parametrize("losses", [1, 3])
    def test_a_lost_answer_is_repeated(self, direct: DirectSandbox, losses: int) -> None:
        """The outcome is unknown, the post is there, and repetitions change nothing, whether or not
        their own calls are lost."""
        draft = direct.use(lambda tester: _new(tester, "answer lost"))
        direct.proxy.lose_next(direct.calls.publish)
        with pytest.raises(OutcomeUnknown):
            direct.use(lambda tester: tester.publish(draft))
        direct.proxy.lose_next(direct.calls.read, losses - 1)
        for _ in range(losses):
            with suppress(Retry, OutcomeUnknown):
                direct.use(lambda tester: tester.publish(draft))
        assert direct.use(lambda tester: tester.publish(draft)).stage is RemoteStage.PUBLISHED
        assert direct.account.published() == ["answer lost"]

    def test_a_lost_request_is_repeated(self, direct: DirectSandbox) -> None:
        """Nobody can tell it from a lost answer; the repetition publishes the post."""
        draft = direct.use(lambda tester: _new(tester, "request lost"))
        direct.proxy.lose_next(direct.calls.publish, fate=Fate.NOT_SENT)
        with pytest.raises(OutcomeUnknown):
            direct.use(lambda tester: tester.publish(draft))
        assert direct.account.published() == []
        direct.use(lambda tester: tester.publish(draft))
        assert direct.account.published() == ["request lost"]

    def test_there_are_no_drafts(self, direct: DirectSandbox) -> None:
        """The capabilities say so; the calls for drafts are refused, and nothing is sent."""

        async def refuse_all(tester: DirectTester) -> None:
            provider, draft = tester.provider, tester.draft()
            assert not provider.capabilities.drafts
            calls: list[Awaitable[object]] = [
                provider.create(draft), provider.update("id", draft),
                provider.schedule("id"), provider.unschedule("id"),
            ]  # fmt: skip
            if provider.capabilities.idempotency is Idempotency.OWN_ID:
                calls.append(provider.find(draft))
            for call in calls:
                with pytest.raises(GiveUp):
                    await call

        before = direct.count_calls()
        direct.use(refuse_all)
        assert direct.count_calls() == before


class OwnIdContract:
    """Where we choose the ids."""

    def test_our_id_is_always_the_same(self, direct: DirectSandbox) -> None:
        """It depends on the marker alone, in every process, and no call is made for it."""
        one = direct.use(lambda tester: _new(tester, "one"))
        before = direct.count_calls()
        ids = [direct.use(lambda tester: _id(tester, one)) for _ in range(2)]
        other = direct.use(lambda tester: _id(tester, tester.draft("one")))
        assert ids[0] == ids[1] != other
        assert direct.count_calls() == before


async def _new(tester: DirectTester, caption: str) -> Draft:
    return tester.draft(caption)


async def _id(tester: DirectTester, draft: Draft) -> str:
    return tester.own_id(draft)
