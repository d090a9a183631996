"""The fence: no publication arrives after its claim has ended, or after its post was deleted."""

import asyncio
import time

import pytest

from provider.errors import ProviderError, Retry
from provider.protocol import Draft
from tests.provider.direct.sandbox import DirectSandbox, DirectTester


class FenceContract:
    """Late publications, and deletes."""

    def test_a_claim_that_is_over_sends_nothing(self, direct: DirectSandbox) -> None:
        """The publication is a Retry, and the publishing call is not made."""

        async def too_late(tester: DirectTester) -> None:
            with pytest.raises(Retry):
                await tester.publish(tester.draft("too late"), claim=-1)

        before = direct.count_calls(direct.calls.publish)
        direct.use(too_late)
        assert direct.count_calls(direct.calls.publish) == before
        assert direct.account.published() == []

    def test_a_delete_takes_a_post_away(self, direct: DirectSandbox) -> None:
        """It is None from then on, another post stays; deleting it twice, or one that never was,
        is harmless."""

        async def publish_and_delete(tester: DirectTester) -> None:
            never, gone, kept = (tester.draft(text) for text in ("never", "gone", "kept"))
            await tester.delete(never)
            await tester.publish(kept)
            await tester.publish(gone)
            for _ in range(2):
                await tester.delete(gone)
                assert await tester.get(gone) is None
            assert await tester.get(kept) is not None

        direct.use(publish_and_delete)
        assert direct.account.published() == ["kept"]

    def test_a_claim_that_is_over_deletes_nothing(self, direct: DirectSandbox) -> None:
        """A delete that comes after its claim is a Retry: others may have published the post under
        the same id since."""

        async def too_late(tester: DirectTester) -> None:
            draft = tester.draft("stays")
            await tester.publish(draft)
            with pytest.raises(Retry):
                await tester.delete(draft, claim=-1)

        direct.use(too_late)
        assert direct.account.published() == ["stays"]


class OwnIdFenceContract:
    """Where we choose the ids, a delete also stops what is still on its way."""

    def test_a_call_of_a_dead_process_publishes_nothing(self, direct: DirectSandbox) -> None:
        """A publication that was sent before a delete, and arrives after it, changes nothing."""
        draft = _prepare(direct, "from the dead")
        held = direct.proxy.hold_next(direct.calls.publish)

        async def die(tester: DirectTester) -> None:
            publication = asyncio.create_task(tester.publish(draft))
            await asyncio.to_thread(held.wait_for_arrival)
            publication.cancel()
            await asyncio.wait([publication])

        direct.use(die)
        direct.use(lambda other: other.delete(draft))
        held.release()
        assert direct.account.published() == []
        assert direct.use(lambda tester: tester.get(draft)) is None

    def test_a_process_that_is_late_publishes_nothing(self, direct: DirectSandbox) -> None:
        """The same while the process lives: its claim has ended, so it does not try again."""
        draft = _prepare(direct, "late")
        held = direct.proxy.hold_next(direct.calls.publish)

        async def publish_late(tester: DirectTester) -> None:
            publication = asyncio.create_task(tester.publish(draft, claim=2))
            held_until = time.monotonic() + 2
            await asyncio.to_thread(held.wait_for_arrival)
            await asyncio.to_thread(direct.use, lambda other: other.delete(draft))
            await asyncio.sleep(held_until - time.monotonic())
            await asyncio.to_thread(held.release)
            with pytest.raises(ProviderError):
                await publication

        direct.use(publish_late)
        assert direct.account.published() == []
        assert direct.use(lambda tester: tester.get(draft)) is None


def _prepare(direct: DirectSandbox, caption: str) -> Draft:
    """A new post, and a session, so that the next call which publishes is the post's."""

    async def begin(tester: DirectTester) -> Draft:
        await tester.provider.profiles()
        return tester.draft(caption)

    return direct.use(begin)
