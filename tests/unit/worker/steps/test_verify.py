"""The verify step: whether a post went out."""

import asyncio
import math
from dataclasses import replace
from datetime import datetime, timedelta

import httpx
import pytest

from models.snapshot import DeliveryView
from models.statuses import DeliveryStatus
from provider.registry import CAPABILITIES
from tests.service_context import CIPHER
from tests.unit.worker.lifecycle.model_provider import ModelProvider
from tests.unit.worker.snapshot_builders import HOUR, SECOND, SLOT, delivery, snapshot
from worker.media_fetch import Fetcher
from worker.planner.policy import Policy
from worker.steps import verify
from worker.steps.outcome import Done, Outcome, Snooze
from worker.steps.step_context import StepContext

POLICY = Policy(capabilities=CAPABILITIES)
# A post goes out so long after its slot: longer than a publication may take.
LATE = SLOT + HOUR
PUBLISHING, CREATED = DeliveryStatus.PUBLISHING, DeliveryStatus.CREATED


def verify_at(now: datetime, of: DeliveryView) -> Outcome:
    """The outcome at a provider that has been publishing the post since `LATE`, without an end."""
    remote = ModelProvider(LATE, iter(()))

    async def run() -> Outcome:
        async with httpx.AsyncClient() as client:
            fetcher = Fetcher(client, CIPHER, allow_private=True)
            context = StepContext(snapshot(of), remote, fetcher, POLICY, now)
            draft = context.draft(of)
            made = await remote.create(draft)
            await remote.publish_now(made.id, draft, held_until=math.inf)
            context = replace(context, snapshot=snapshot(replace(of, remote_id=made.id)))
            return await verify.run(context, replace(of, remote_id=made.id))

    return asyncio.run(run())


@pytest.mark.parametrize(
    "of",
    [
        delivery(PUBLISHING, publishing_since=LATE),
        delivery(CREATED),
        delivery(CREATED, publishing_since=SLOT),
    ],
    ids=["seen", "new", "a second time"],
)
def test_a_late_post_is_waited_for_as_long_as_any_other(of: DeliveryView) -> None:
    """The limit begins with the publication, not with the slot: a post that went out late would
    otherwise be `unknown` at the first look."""
    outcome = verify_at(LATE + SECOND, of)
    assert isinstance(outcome, Snooze)
    assert outcome.changes["status"] is PUBLISHING


@pytest.mark.parametrize("since", [LATE, None])
def test_a_publication_without_an_end_is_unknown(since: datetime | None) -> None:
    """After the limit; of one that was seen by code that did not store since when, it begins with
    the slot."""
    now = (since or SLOT) + POLICY.verify_limit + timedelta(seconds=1)
    outcome = verify_at(now, delivery(PUBLISHING, publishing_since=since))
    assert isinstance(outcome, Done)
    assert outcome.changes["status"] is DeliveryStatus.UNKNOWN
