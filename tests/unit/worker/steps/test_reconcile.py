"""The reconcile step: finding a post whose creation was never stored."""

import asyncio
from typing import cast

import httpx

from models.statuses import DeliveryStatus, Intent
from tests.service_context import CIPHER
from tests.unit.worker.lifecycle.model_provider import ModelProvider
from tests.unit.worker.snapshot_builders import HOUR, NOW, SLOT, delivery, post, snapshot
from worker.media_fetch import Fetcher
from worker.planner.decisions import RunStep, Step
from worker.planner.plan import next_step
from worker.planner.policy import Policy
from worker.steps import reconcile
from worker.steps.outcome import Done
from worker.steps.step_context import StepContext

POLICY = Policy()


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
