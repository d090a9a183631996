"""Threads at a provider without drafts: all of it once, or nothing of it, whatever is lost."""

import time
from contextlib import suppress

import pytest

from provider.errors import OutcomeUnknown, Retry
from provider.protocol import Draft, DraftMedia, RemotePost, RemoteStage, ThreadPart
from tests.bluesky.answer_loss_proxy import Fate
from tests.provider.direct.sandbox import DirectSandbox, DirectTester
from tests.sample_files import JPEG

# A provider may make a call for each text: what is lost is that of the first, the second, the last.
BOUNDARIES = (0, 1, 2)


class ThreadContract:
    """Posts that others follow, with files."""

    def test_a_thread_has_its_files(self, direct: DirectSandbox) -> None:
        """Each text is published once, with the files that belong to it; a repetition by another
        process answers the same, and publishes nothing."""

        async def make(tester: DirectTester) -> Draft:
            one, two, three = [
                DraftMedia(await tester.upload(JPEG), "image/jpeg", f"photo {number}", 8, 8)
                for number in range(3)
            ]
            thread = (ThreadPart("second", (one, two)), ThreadPart("third"))
            return tester.draft("first", post_type="photo", media=(three,), thread=thread)

        draft = direct.use(make)
        published = [_publish(direct, draft), _publish_again(direct, draft)]
        assert published[0] == published[1]
        texts = ["first", "second", "third"]
        assert sorted(direct.account.published()) == texts
        assert direct.count_files is not None
        assert [direct.count_files(text) for text in texts] == [1, 2, 0]

    @pytest.mark.parametrize("fate", [Fate.ANSWER_LOST, Fate.NOT_SENT])
    def test_what_is_lost_is_repeated(self, direct: DirectSandbox, fate: Fate) -> None:
        """A call is lost at each boundary in turn: repetitions, by other processes, leave each text
        once."""
        expected = []
        for boundary in BOUNDARIES:
            draft = _new_thread(direct, boundary)
            expected += [draft.caption, *(part.text for part in draft.thread)]
            _publish_and_lose(direct, draft, boundary, fate)
            assert _publish(direct, draft).stage is RemoteStage.PUBLISHED
        assert sorted(direct.account.published()) == sorted(expected)

    @pytest.mark.parametrize("fate", [Fate.ANSWER_LOST, Fate.NOT_SENT])
    def test_what_is_taken_away_is_gone_whole(self, direct: DirectSandbox, fate: Fate) -> None:
        """A call is lost at each boundary in turn, and then the post is deleted: no text of it
        stays, and a repetition of the delete is harmless."""
        for boundary in BOUNDARIES:
            draft = _new_thread(direct, boundary)
            _publish_and_lose(direct, draft, boundary, fate)
            _delete(direct, draft)
            _delete(direct, draft)
        assert direct.account.published() == []


def _new_thread(direct: DirectSandbox, boundary: int) -> Draft:
    """A post that two others follow."""
    thread = tuple(ThreadPart(f"{boundary}, {text}") for text in ("second", "third"))

    async def make(tester: DirectTester) -> Draft:
        return tester.draft(f"{boundary}, first", thread=thread)

    return direct.use(make)


def _publish(direct: DirectSandbox, draft: Draft) -> RemotePost:
    return direct.use(lambda tester: tester.publish(draft))


def _publish_again(direct: DirectSandbox, draft: Draft) -> RemotePost:
    """As a worker does that does not know of the first time: under the id that we choose, or that
    of the post that it finds."""

    async def again(tester: DirectTester) -> RemotePost:
        remote_id = await tester.remote_id(draft)
        held_until = time.monotonic() + 60
        return await tester.provider.publish_now(remote_id or "", draft, held_until=held_until)

    return direct.use(again)


def _delete(direct: DirectSandbox, draft: Draft) -> None:
    direct.use(lambda tester: tester.delete(draft))


def _publish_and_lose(direct: DirectSandbox, draft: Draft, boundary: int, fate: Fate) -> None:
    """Publish it once, and lose the call after so many publishing calls, if it is made."""
    direct.proxy.lose_next(direct.calls.publish, boundary, Fate.ANSWERED)
    direct.proxy.lose_next(direct.calls.publish, fate=fate)
    with suppress(Retry, OutcomeUnknown):
        _publish(direct, draft)
    direct.proxy.forget_plans()
