"""Drafts without a timer: nothing goes out before it is published, and then once, whatever is
repeated or lost."""

import asyncio
import math
from dataclasses import replace
from typing import cast

import pytest

from provider.errors import GiveUp, OutcomeUnknown, Retry
from provider.protocol import Draft, DraftMedia, Idempotency, RemotePost, RemoteStage
from tests.bluesky.answer_loss_proxy import Fate
from tests.provider.direct.sandbox import DirectSandbox, DirectTester
from tests.provider.drafts.draft_tester import DraftTester
from tests.sample_files import JPEG


def with_drafts(tester: DirectTester) -> DraftTester:
    """The tester that the sandbox makes."""
    return cast("DraftTester", tester)


class DraftContract:
    """Creating, finding, changing and publishing."""

    def test_a_draft_publishes_nothing(self, direct: DirectSandbox) -> None:
        """It is there as a draft, with its files, for every process, and nowhere public."""

        async def create(tester: DirectTester) -> tuple[Draft, RemotePost]:
            file = DraftMedia(await tester.upload(JPEG), "image/jpeg", "a photo", 8, 8)
            return await with_drafts(tester).create("kept", post_type="photo", media=(file,))

        draft, made = direct.use(create)
        assert made.stage is RemoteStage.DRAFT
        assert direct.use(lambda tester: tester.provider.get(made.id)) == made
        assert direct.use(lambda tester: tester.provider.find(draft)) == [made]
        assert direct.account.published() == []

    def test_a_draft_is_published_once(self, direct: DirectSandbox) -> None:
        """A repetition, by other processes and at the same time, changes nothing."""
        draft, made = direct.use(lambda tester: with_drafts(tester).create("once"))

        async def thrice(tester: DirectTester) -> list[RemotePost]:
            calls = (with_drafts(tester).publish_draft(made, draft) for _ in range(3))
            return list(await asyncio.gather(*calls))

        published = [*direct.use(thrice), *direct.use(thrice)]
        assert direct.account.published() == ["once"]
        assert {each.id for each in published} == {made.id}
        assert all(each.stage is RemoteStage.PUBLISHED for each in published)
        assert all(str(each.link).startswith("http") for each in published)

    def test_each_draft_has_an_id_of_its_own(self, direct: DirectSandbox) -> None:
        """The same draft twice: both are found, also when one is out, and nothing of others."""

        async def twice(tester: DirectTester) -> list[str]:
            draft = tester.draft("twice")
            ours = [await tester.provider.create(draft) for _ in range(2)]
            for suffix in ("0", "00"):
                await tester.provider.create(replace(draft, marker=draft.marker + suffix))
            await with_drafts(tester).publish_draft(ours[0], draft)
            found = await tester.provider.find(draft)
            assert sorted(each.id for each in found) == sorted(each.id for each in ours)
            return [each.id for each in ours]

        assert len(set(direct.use(twice))) == 2
        assert direct.account.published() == ["twice"]

    def test_an_update_replaces_the_content(self, direct: DirectSandbox) -> None:
        """The draft stays a draft with its id, and is found by its marker as before."""

        async def change(tester: DirectTester) -> None:
            draft, made = await with_drafts(tester).create("before")
            changed = replace(draft, caption="after")
            assert (await tester.provider.update(made.id, changed)).id == made.id
            assert await tester.provider.find(draft) == [made]
            await with_drafts(tester).publish_draft(made, changed)

        direct.use(change)
        assert direct.account.published() == ["after"]

    def test_a_post_that_is_gone_is_none(self, direct: DirectSandbox) -> None:
        """Deleted, deleted twice, or never there: it cannot be published any more."""

        async def delete(tester: DirectTester) -> None:
            provider = tester.provider
            draft, made = await with_drafts(tester).create("gone")
            for id_ in (made.id, made.id, "999999999", "S+/unknown=="):
                await provider.delete(id_, held_until=math.inf)
                assert await provider.get(id_) is None
                assert await provider.unschedule(id_) is None
                for call in (
                    provider.publish_now(id_, draft, held_until=math.inf),
                    provider.update(id_, draft),
                ):
                    with pytest.raises(GiveUp):
                        await call
            assert await provider.find(draft) == []

        direct.use(delete)
        assert direct.account.published() == []

    def test_a_late_publication_finds_no_draft(self, direct: DirectSandbox) -> None:
        """A call of a dead process that arrives after the draft was deleted and made again
        publishes neither."""
        draft, made = direct.use(lambda tester: with_drafts(tester).create("late"))
        held = direct.proxy.hold_next(direct.calls.publish)

        async def die(tester: DirectTester) -> None:
            publication = asyncio.create_task(with_drafts(tester).publish_draft(made, draft))
            await asyncio.to_thread(held.wait_for_arrival)
            publication.cancel()
            await asyncio.wait([publication])

        direct.use(die)
        direct.use(lambda tester: tester.delete(draft))
        again = direct.use(lambda tester: tester.provider.create(draft))
        held.release()
        assert direct.account.published() == []
        assert direct.use(lambda tester: tester.provider.find(draft)) == [again]

    def test_a_lost_create_is_found(self, direct: DirectSandbox) -> None:
        """Its outcome is unknown, whether the answer or the request was lost; `find` tells."""

        async def create(tester: DirectTester, draft: Draft) -> list[RemotePost]:
            with pytest.raises(OutcomeUnknown):
                await tester.provider.create(draft)
            return await tester.provider.find(draft)

        for fate, count in ((Fate.ANSWER_LOST, 1), (Fate.NOT_SENT, 0)):
            draft = direct.use(_new)
            direct.proxy.lose_next("create_post", fate=fate)
            found = direct.use(lambda tester, it=draft: create(tester, it))  # type: ignore[misc]
            assert [each.stage for each in found] == [RemoteStage.DRAFT] * count
        assert direct.account.published() == []

    @pytest.mark.parametrize("fate", [Fate.ANSWER_LOST, Fate.NOT_SENT])
    def test_a_lost_publication_is_settled(self, direct: DirectSandbox, fate: Fate) -> None:
        """Its outcome is unknown, the post tells it, and a repetition publishes it once."""
        draft, made = direct.use(lambda tester: with_drafts(tester).create("lost"))
        direct.proxy.lose_next(direct.calls.publish, fate=fate)
        with pytest.raises(OutcomeUnknown):
            direct.use(lambda tester: with_drafts(tester).publish_draft(made, draft))
        seen = direct.use(lambda tester: tester.provider.get(made.id))
        assert seen is not None
        assert (seen.stage is RemoteStage.PUBLISHED) is (fate is Fate.ANSWER_LOST)
        direct.use(lambda tester: with_drafts(tester).publish_draft(made, draft))
        assert direct.account.published() == ["lost"]

    def test_a_lost_change_is_in_doubt_and_a_lost_read_is_not(self, direct: DirectSandbox) -> None:
        """An update may still arrive; reading, searching and deleting may be repeated."""

        async def lose_all(tester: DirectTester) -> None:
            provider = tester.provider
            draft, made = await with_drafts(tester).create("doubt")
            for name, call, kind in (
                ("update_post", lambda: provider.update(made.id, draft), OutcomeUnknown),
                ("list_posts", lambda: provider.find(draft), Retry),
                ("get_post", lambda: provider.get(made.id), Retry),
                ("delete_post", lambda: provider.delete(made.id, held_until=math.inf), Retry),
            ):
                # The client itself repeats a GET whose connection broke.
                direct.proxy.lose_next(name, 1 if "update" in name else 3)
                with pytest.raises(kind):
                    await call()
                direct.proxy.forget_plans()

        direct.use(lose_all)

    def test_there_is_no_timer(self, direct: DirectSandbox) -> None:
        """The capabilities say so, and a schedule is refused without a call."""

        async def schedule(tester: DirectTester) -> None:
            capabilities = tester.provider.capabilities
            assert capabilities.drafts
            assert not capabilities.native_scheduling
            assert capabilities.idempotency is Idempotency.MARKER
            with pytest.raises(GiveUp):
                tester.provider.own_id("m")
            with pytest.raises(GiveUp):
                await tester.provider.schedule("7")

        before = direct.count_calls()
        direct.use(schedule)
        assert direct.count_calls() == before


async def _new(tester: DirectTester) -> Draft:
    return tester.draft("lost")
