"""What every provider must do: all calls for a post, and repeated calls without harm."""

import asyncio
import math

import pytest

from provider.errors import GiveUp, RestartUpload
from provider.protocol import DraftMedia, MediaState, RemoteStage
from tests.provider.sandboxes import FILE, ProviderTester, Sandbox, instant_in


def test_profiles_are_the_connected_accounts(sandbox: Sandbox) -> None:
    """Each has an id, a platform in our terms and a level; every call returns the same ones."""

    async def work(tester: ProviderTester) -> None:
        profiles = await tester.provider.profiles()
        assert {"facebook", "instagram", "linkedin", "x"} <= {item.platform for item in profiles}
        assert len({item.id for item in profiles}) == len(profiles)
        assert all(item.id and item.name and item.status_level == "OK" for item in profiles)
        assert await tester.provider.profiles() == profiles

    sandbox.use(work)


def test_a_file_becomes_ready(sandbox: Sandbox) -> None:
    """Sent: not ready. Confirmed, twice without harm, and processed: ready."""

    async def work(tester: ProviderTester) -> None:
        media_id = await tester.send()
        assert (await tester.provider.readiness(media_id)).state is MediaState.PENDING
        await tester.provider.confirm_upload(media_id)
        await tester.provider.confirm_upload(media_id)
        await tester.wait_until(
            lambda: tester.provider.readiness(media_id), lambda it: it.state, MediaState.READY
        )
        await tester.provider.confirm_upload(media_id)

    sandbox.use(work)


def test_a_file_that_is_not_there_is_uploaded_again(sandbox: Sandbox) -> None:
    """Confirming a file that was never sent, or is unknown, asks for a new upload. An unknown file
    is gone."""

    async def work(tester: ProviderTester) -> None:
        place = await tester.provider.begin_upload(FILE)
        known = [place.media_id] if place.media_id else []
        for media_id in (*known, "S+/unknown=="):
            with pytest.raises(RestartUpload):
                await tester.provider.confirm_upload(media_id)
        assert (await tester.provider.readiness("S+/unknown==")).state is MediaState.GONE

    sandbox.use(work)


def test_a_draft_publishes_nothing(sandbox: Sandbox) -> None:
    """With or without a time, with or without files: it is created, and never published by
    itself."""

    async def work(tester: ProviderTester) -> None:
        media_id = await tester.media()
        at = instant_in(0.3)
        text = await tester.create("text", publish_at=at)
        photo = await tester.create("photo", post_type="photo", media=(DraftMedia(media_id),))
        idea = await tester.create("idea", publish_at=None)
        assert text.publish_at == at
        assert idea.publish_at is None
        await asyncio.sleep(0.6)
        for made in (text, photo, idea):
            assert made.stage is RemoteStage.DRAFT
            assert await tester.provider.get(made.id) == made
        assert not {made.id for made in (text, photo, idea)} & await _published(tester)

    sandbox.use(work)


def test_a_post_that_is_gone_is_none(sandbox: Sandbox) -> None:
    """Unknown, deleted, or deleted twice: all the same, and no error."""

    async def work(tester: ProviderTester) -> None:
        made = await tester.create("gone")
        await tester.provider.delete(made.id, held_until=math.inf)
        await tester.provider.delete(made.id, held_until=math.inf)
        await tester.provider.delete("S+/unknown==", held_until=math.inf)
        assert await tester.provider.get(made.id) is None
        assert await tester.provider.get("S+/unknown==") is None
        for transition in (tester.provider.schedule, tester.publish):
            with pytest.raises(GiveUp):
                await transition(made.id)

    sandbox.use(work)


def test_scheduling_twice_is_harmless(sandbox: Sandbox) -> None:
    """Both responses show the post scheduled, and it is published once, at its time."""

    async def work(tester: ProviderTester) -> None:
        made = await tester.create("twice", publish_at=instant_in(0.8))
        for _ in range(2):
            assert (await tester.provider.schedule(made.id)).stage is RemoteStage.SCHEDULED
        assert made.id not in await _published(tester)
        seen = await tester.wait_until(
            lambda: tester.provider.get(made.id), lambda it: it and it.stage, RemoteStage.PUBLISHED
        )
        assert seen is not None
        assert str(seen.link).startswith("https://")
        rows = [row for row in await tester.publications() if row["postId"] == made.id]
        assert len(rows) == 1
        assert rows[0]["publishedAt"] >= rows[0]["publishAt"]

    sandbox.use(work)


@pytest.mark.parametrize("seconds", [None, 3600])
def test_publish_now_publishes_now(sandbox: Sandbox, seconds: float | None) -> None:
    """Whatever time the draft has. A second call does not publish again."""

    async def work(tester: ProviderTester) -> None:
        made = await tester.create(
            "now", publish_at=None if seconds is None else instant_in(seconds)
        )
        moved = await tester.publish(made.id)
        assert moved.stage in {RemoteStage.PUBLISHING, RemoteStage.PUBLISHED}
        await tester.wait_until(
            lambda: tester.provider.get(made.id), lambda it: it and it.stage, RemoteStage.PUBLISHED
        )
        assert [row["postId"] for row in await tester.publications()].count(made.id) == 1

    sandbox.use(work)


def test_a_refusal_by_the_network_is_shown(sandbox: Sandbox) -> None:
    """The post ends as failed, with the network's reason, and nothing is published."""

    async def work(tester: ProviderTester) -> None:
        made = await tester.create("refused", caption="[[refuse]]", publish_at=None)
        await tester.publish(made.id)
        seen = await tester.wait_until(
            lambda: tester.provider.get(made.id), lambda it: it and it.stage, RemoteStage.FAILED
        )
        assert seen is not None
        assert "refused" in str(seen.error)
        assert made.id not in await _published(tester)

    sandbox.use(work)


async def _published(tester: ProviderTester) -> set[str]:
    return {row["postId"] for row in await tester.publications()}
