"""The reconcile step: finding a post whose creation was never stored."""

import asyncio
from dataclasses import replace
from datetime import datetime
from typing import cast

import httpx
import pytest

from models.snapshot import DeliveryView
from models.statuses import DeliveryStatus, Intent
from provider.errors import IncompleteList, OutcomeUnknown
from provider.registry import CAPABILITIES
from tests.service_context import CIPHER
from tests.unit.worker.lifecycle.looked_for_provider import LookedForProvider
from tests.unit.worker.lifecycle.model_provider import ModelProvider
from tests.unit.worker.snapshot_builders import HOUR, NOW, SECOND, SLOT, delivery, post, snapshot
from worker.media_fetch import Fetcher
from worker.planner.decisions import RunStep, Step
from worker.planner.plan import next_step
from worker.planner.policy import Policy
from worker.steps import reconcile
from worker.steps.outcome import Done, Outcome, Snooze
from worker.steps.step_context import StepContext

POLICY = Policy(capabilities=CAPABILITIES)


def test_an_adopted_draft_is_brought_up_to_date() -> None:
    """Created for one slot, its response lost, then moved to another slot: the draft that is found
    has the old time, and must be updated before it is scheduled."""
    unresolved = delivery(intent=Intent.CREATE, intent_at=NOW)
    moved = post(content_version=2, scheduled_for=SLOT + 5 * HOUR, opens_at=NOW)
    remote = ModelProvider(NOW, iter(()))

    async def create_move_look() -> Done:
        async with httpx.AsyncClient() as client:
            fetcher = Fetcher(client, CIPHER, allow_private=True)
            first = StepContext(snapshot(unresolved), remote, fetcher, POLICY, NOW)
            await remote.create(first.draft(unresolved))
            later = StepContext(snapshot(unresolved, of=moved), remote, fetcher, POLICY, NOW)
            return cast("Done", await reconcile.run(later, unresolved))

    changes = asyncio.run(create_move_look()).changes
    assert changes["status"] is DeliveryStatus.CREATED
    assert changes["not_carried"] == []
    assert remote.rows[0].publish_at == SLOT
    sent = cast("int | None", changes["sent_version"])
    found = delivery(DeliveryStatus.CREATED, sent_version=sent)
    assert next_step(snapshot(found, of=moved), POLICY, NOW) == RunStep(Step.UPDATE, found)


def reconcile_at(
    remote: ModelProvider, unresolved: DeliveryView, now: datetime = NOW + 2 * POLICY.settle_time
) -> Outcome:
    """The outcome of a reconcile, after the settle time unless given otherwise."""

    async def run() -> Outcome:
        async with httpx.AsyncClient() as client:
            fetcher = Fetcher(client, CIPHER, allow_private=True)
            context = StepContext(snapshot(unresolved), remote, fetcher, POLICY, now)
            return await reconcile.run(context, unresolved)

    return asyncio.run(run())


def test_a_create_that_made_nothing_is_repeated_until_its_last_attempt() -> None:
    """Before it, the call is repeated; after it, the delivery is failed, with the last error."""
    remote = ModelProvider(NOW, iter(()))
    for attempts, status in ((POLICY.attempts - 1, None), (POLICY.attempts, DeliveryStatus.FAILED)):
        unresolved = delivery(
            intent=Intent.CREATE, intent_at=NOW, attempts=attempts, error="Swonkie answered 500"
        )
        changes = cast("Done", reconcile_at(remote, unresolved)).changes
        assert changes.get("status") is status
        assert status is None or changes["error"] == "Swonkie answered 500"


def test_a_search_that_proves_nothing_yet_is_repeated_once() -> None:
    """While the create may still arrive: the next search is at the end of the settle time, because
    it may read many pages."""
    remote, now = ModelProvider(NOW, iter(())), NOW + SECOND
    outcome = reconcile_at(remote, delivery(intent=Intent.CREATE, intent_at=NOW), now)
    assert isinstance(outcome, Snooze)
    assert now + outcome.delay == NOW + POLICY.settle_time


def test_a_part_of_a_list_is_no_proof() -> None:
    """A list that cannot be read to its end ends the step with its error, not with "not there"."""
    remote = ModelProvider(NOW, iter(()))
    remote.lists_end = False
    with pytest.raises(IncompleteList):
        reconcile_at(remote, delivery(intent=Intent.CREATE, intent_at=NOW))


@pytest.mark.parametrize("intent", [Intent.CREATE, Intent.PUBLISH_NOW])
def test_without_an_account_nobody_can_search(intent: Intent) -> None:
    """The list belongs to an account: without one, the outcome is unknown."""
    unresolved = delivery(intent=intent, intent_at=NOW, profile_id=None)
    with pytest.raises(OutcomeUnknown, match="no facebook account"):
        reconcile_at(ModelProvider(NOW, iter(())), unresolved)


UNTIL_CLAIM_IS_OVER = NOW + POLICY.claim_ttl + POLICY.settle_time


async def look_for_publication(
    unresolved: DeliveryView, at: datetime, thread: list[str], *, is_there: bool
) -> Outcome:
    """The step, at a provider without drafts that has the post already or has not."""
    async with httpx.AsyncClient() as client:
        fetcher = Fetcher(client, CIPHER, allow_private=True)
        remote: ModelProvider = LookedForProvider(at, iter(()))
        of = post(thread=thread)
        context = StepContext(snapshot(unresolved, of=of), remote, fetcher, POLICY, at)
        if is_there:
            made = await remote.publish_now("", context.draft(unresolved), held_until=0)
            unresolved = replace(unresolved, remote_id=made.id)
        return await reconcile.run(context, unresolved)


@pytest.mark.parametrize(("thread", "is_there"), [([], False), (["and more"], True)])
def test_nothing_is_sent_again_while_a_slow_worker_may_send_it(
    thread: list[str], is_there: bool
) -> None:
    """A worker that is slow sends its call until its claim ends, and the call may take the settle
    time: until then, a post or a text of its thread that is not there may still come."""
    unresolved = delivery(intent=Intent.PUBLISH_NOW, intent_version=1, intent_at=NOW)
    early = look_for_publication(
        unresolved, UNTIL_CLAIM_IS_OVER - SECOND, thread, is_there=is_there
    )
    assert asyncio.run(early) == Snooze(SECOND)
    then = look_for_publication(unresolved, UNTIL_CLAIM_IS_OVER, thread, is_there=is_there)
    assert isinstance(asyncio.run(then), Done)


def test_a_post_without_a_thread_is_whole_as_soon_as_it_is_found() -> None:
    """Nothing can follow it."""
    unresolved = delivery(intent=Intent.PUBLISH_NOW, intent_version=1, intent_at=NOW)
    outcome = asyncio.run(look_for_publication(unresolved, NOW, [], is_there=True))
    assert isinstance(outcome, Done)
