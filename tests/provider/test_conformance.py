"""What every provider must do: the whole way of a post, and the harmlessness of saying it twice."""

import asyncio

import pytest

from provider.errors import GiveUp, RestartUpload
from provider.protocol import MediaState, RemoteStage
from tests.provider.providers import FILE, ProviderTester, Sandbox, instant_in


def test_profiles_are_the_connected_accounts(sandbox: Sandbox) -> None:
    """Each with an id, a platform in our words and a level; the same ones at every call."""

    async def work(desk: ProviderTester) -> None:
        profiles = await desk.provider.profiles()
        assert {"facebook", "instagram", "linkedin", "x"} <= {item.platform for item in profiles}
        assert len({item.id for item in profiles}) == len(profiles)
        assert all(item.id and item.name and item.status_level == "OK" for item in profiles)
        assert await desk.provider.profiles() == profiles

    sandbox.use(work)


def test_a_file_becomes_ready(sandbox: Sandbox) -> None:
    """Sent, not ready; confirmed (twice does no harm), processed, ready."""

    async def work(desk: ProviderTester) -> None:
        media_id = await desk.send()
        assert (await desk.provider.readiness(media_id)).state is MediaState.PENDING
        await desk.provider.confirm_upload(media_id)
        await desk.provider.confirm_upload(media_id)
        await desk.wait_until(
            lambda: desk.provider.readiness(media_id), lambda it: it.state, MediaState.READY
        )
        await desk.provider.confirm_upload(media_id)

    sandbox.use(work)


def test_a_file_that_is_not_there_is_uploaded_again(sandbox: Sandbox) -> None:
    """Confirming what was never sent, or is unknown, asks for a new upload; unknown is gone."""

    async def work(desk: ProviderTester) -> None:
        place = await desk.provider.begin_upload(FILE)
        for media_id in (place.media_id, "S+/unknown=="):
            with pytest.raises(RestartUpload):
                await desk.provider.confirm_upload(media_id)
        assert (await desk.provider.readiness("S+/unknown==")).state is MediaState.GONE

    sandbox.use(work)


def test_a_draft_publishes_nothing(sandbox: Sandbox) -> None:
    """With an instant or without, with files or without: created, and never out by itself."""

    async def work(desk: ProviderTester) -> None:
        media_id = await desk.media()
        at = instant_in(0.3)
        text = await desk.create("text", publish_at=at)
        photo = await desk.create("photo", post_type="photo", media_ids=(media_id,))
        idea = await desk.create("idea", publish_at=None)
        assert text.publish_at == at
        assert idea.publish_at is None
        await asyncio.sleep(0.6)
        for made in (text, photo, idea):
            assert made.stage is RemoteStage.DRAFT
            assert await desk.provider.get(made.id) == made
        assert not {made.id for made in (text, photo, idea)} & await _published(desk)

    sandbox.use(work)


def test_a_post_that_is_gone_is_none(sandbox: Sandbox) -> None:
    """Unknown, deleted and deleted again are all the same: not there, and no error."""

    async def work(desk: ProviderTester) -> None:
        made = await desk.create("gone")
        await desk.provider.delete(made.id)
        await desk.provider.delete(made.id)
        await desk.provider.delete("S+/unknown==")
        assert await desk.provider.get(made.id) is None
        assert await desk.provider.get("S+/unknown==") is None
        for transition in (desk.provider.schedule, desk.provider.publish_now):
            with pytest.raises(GiveUp):
                await transition(made.id)

    sandbox.use(work)


def test_scheduling_twice_is_harmless(sandbox: Sandbox) -> None:
    """Both answers show the post scheduled, and it goes out once, at its time."""

    async def work(desk: ProviderTester) -> None:
        made = await desk.create("twice", publish_at=instant_in(0.8))
        for _ in range(2):
            assert (await desk.provider.schedule(made.id)).stage is RemoteStage.SCHEDULED
        assert made.id not in await _published(desk)
        seen = await desk.wait_until(
            lambda: desk.provider.get(made.id), lambda it: it and it.stage, RemoteStage.PUBLISHED
        )
        assert seen is not None
        assert str(seen.link).startswith("https://")
        rows = [row for row in await desk.publications() if row["postId"] == made.id]
        assert len(rows) == 1
        assert rows[0]["publishedAt"] >= rows[0]["publishAt"]

    sandbox.use(work)


@pytest.mark.parametrize("seconds", [None, 3600])
def test_publish_now_publishes_now(sandbox: Sandbox, seconds: float | None) -> None:
    """Whatever instant the draft has; asking again does not publish again."""

    async def work(desk: ProviderTester) -> None:
        made = await desk.create("now", publish_at=None if seconds is None else instant_in(seconds))
        moved = await desk.provider.publish_now(made.id)
        assert moved.stage in {RemoteStage.PUBLISHING, RemoteStage.PUBLISHED}
        await desk.wait_until(
            lambda: desk.provider.get(made.id), lambda it: it and it.stage, RemoteStage.PUBLISHED
        )
        assert [row["postId"] for row in await desk.publications()].count(made.id) == 1

    sandbox.use(work)


def test_a_refusal_by_the_network_is_shown(sandbox: Sandbox) -> None:
    """The post ends as failed, with the network's reason, and nothing is in the ledger."""

    async def work(desk: ProviderTester) -> None:
        made = await desk.create("refused", caption="[[refuse]]", publish_at=None)
        await desk.provider.publish_now(made.id)
        seen = await desk.wait_until(
            lambda: desk.provider.get(made.id), lambda it: it and it.stage, RemoteStage.FAILED
        )
        assert seen is not None
        assert "refused" in str(seen.error)
        assert made.id not in await _published(desk)

    sandbox.use(work)


async def _published(desk: ProviderTester) -> set[str]:
    return {row["postId"] for row in await desk.publications()}
