"""What every provider must do when the outcome of a call is unknown, and how it is reconciled."""

import math
from dataclasses import replace

import pytest

from provider.errors import OutcomeUnknown, Retry
from provider.protocol import RemoteStage
from tests.provider.sandboxes import ProviderTester, Sandbox

TRANSITIONS = {"schedule": RemoteStage.SCHEDULED, "publish_now": RemoteStage.PUBLISHING}


def test_only_our_own_posts_are_found(sandbox: Sandbox) -> None:
    """By the exact marker, on its account, on all pages, in any stage."""

    async def work(tester: ProviderTester) -> None:
        wanted = await tester.draft("m1")
        ours = [await tester.provider.create(wanted)]
        for number in range(120):  # more than two pages of others, newer than ours
            await tester.provider.create(replace(wanted, marker=f"{wanted.marker}{number}"))
        await tester.create("m1", platform="x")
        ours.append(await tester.provider.create(wanted))
        await tester.provider.schedule(ours[0].id)
        found = await tester.provider.find(wanted)
        assert {post.id: post.stage for post in found} == {
            ours[0].id: RemoteStage.SCHEDULED,
            ours[1].id: RemoteStage.DRAFT,
        }
        assert await tester.provider.find(await tester.draft("nobody's")) == []

    sandbox.use(work)


def test_a_create_whose_answer_is_lost_is_found_again(sandbox: Sandbox) -> None:
    """The call raises OutcomeUnknown, and `find` returns one post, which can be published."""

    async def work(tester: ProviderTester) -> None:
        draft = await tester.draft("lost")
        await tester.inject_fault("lost_answer", "create_post")
        with pytest.raises(OutcomeUnknown):
            await tester.provider.create(draft)
        (found,) = await tester.provider.find(draft)
        assert found.stage is RemoteStage.DRAFT
        assert (await tester.provider.schedule(found.id)).stage is RemoteStage.SCHEDULED

    sandbox.use(work)


@pytest.mark.parametrize("kind", ["server_error", "hang"])
def test_a_create_that_may_have_failed_is_an_unknown_outcome(sandbox: Sandbox, kind: str) -> None:
    """An error or a timeout proves nothing; `find` shows that there is no post."""

    async def work(tester: ProviderTester) -> None:
        draft = await tester.draft("never")
        await tester.inject_fault(kind, "create_post", seconds=0.2)
        with pytest.raises(OutcomeUnknown):
            await tester.provider.create(draft)
        assert await tester.provider.find(draft) == []

    sandbox.use(work)


@pytest.mark.parametrize("name", TRANSITIONS)
@pytest.mark.parametrize("kind", ["lost_answer", "server_error", "hang"])
def test_an_unknown_transition_is_settled_by_a_reconcile(
    sandbox: Sandbox, name: str, kind: str
) -> None:
    """The error does not say whether it happened; the post does."""

    async def work(tester: ProviderTester) -> None:
        made = await tester.create("doubt")
        await tester.inject_fault(kind, "stage_post", seconds=0.2)
        with pytest.raises(OutcomeUnknown):
            await tester.move(name, made.id)
        seen = await tester.provider.get(made.id)
        assert seen is not None
        happened = kind == "lost_answer"
        assert (seen.stage is not RemoteStage.DRAFT) is happened
        if happened:
            assert seen.stage in {TRANSITIONS[name], RemoteStage.PUBLISHED}

    sandbox.use(work)


@pytest.mark.parametrize("name", TRANSITIONS)
@pytest.mark.parametrize("kind", ["server_error", "rate_limit", "lost_answer"])
def test_a_transition_that_happened_is_never_called_undone(
    sandbox: Sandbox, name: str, kind: str
) -> None:
    """A second call that fails after the first one succeeded is an unknown outcome, not a Retry:
    the caller would clear its intent for a post that is about to be published."""

    async def work(tester: ProviderTester) -> None:
        made = await tester.create("second")
        await tester.inject_fault(kind, "get_post", seconds=0)
        try:
            moved = await tester.move(name, made.id)
        except OutcomeUnknown:
            return
        assert moved.stage is not RemoteStage.DRAFT
        with pytest.raises(Retry):  # the fault was not met: it is still there
            await tester.provider.get(made.id)

    sandbox.use(work)


def test_taking_a_post_off_the_timer_shows_where_it_stands(sandbox: Sandbox) -> None:
    """A draft, even if it was one before; None if it is gone; published if it was published
    first."""

    async def work(tester: ProviderTester) -> None:
        made = await tester.create("off")
        await tester.provider.schedule(made.id)
        for _ in range(2):
            seen = await tester.provider.unschedule(made.id)
            assert seen is not None
            assert seen.stage is RemoteStage.DRAFT
        await tester.publish(made.id)
        late = await tester.provider.unschedule(made.id)
        assert late is not None
        assert late.stage in {RemoteStage.PUBLISHING, RemoteStage.PUBLISHED}
        gone = await tester.create("gone")
        await tester.provider.delete(gone.id, held_until=math.inf)
        assert await tester.provider.unschedule(gone.id) is None

    sandbox.use(work)


@pytest.mark.parametrize("kind", ["lost_answer", "server_error", "hang"])
def test_a_change_without_an_answer_is_an_unknown_outcome(sandbox: Sandbox, kind: str) -> None:
    """An update or an unschedule may still arrive, so it must not be reported as not done."""

    async def work(tester: ProviderTester) -> None:
        made = await tester.create("doubt")
        await tester.inject_fault(kind, "update_post", seconds=0.2)
        with pytest.raises(OutcomeUnknown):
            await tester.provider.update(made.id, await tester.draft("doubt"))
        await tester.provider.schedule(made.id)
        await tester.inject_fault(kind, "stage_post", seconds=0.2)
        with pytest.raises(OutcomeUnknown):
            await tester.provider.unschedule(made.id)

    sandbox.use(work)
