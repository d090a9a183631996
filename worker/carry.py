"""Carrying a post: plan → step → commit, until there is nothing to do now."""

import random
import time
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from models.snapshot import Snapshot
from models.store import jobs, posts
from models.store.jobs import Claim
from models.task_names import JobKind
from provider.errors import ProviderError
from worker import commit
from worker.commit import Result
from worker.decision import Become, Do, End, Wait
from worker.outcome import Failed, Outcome
from worker.plan import next_step
from worker.steps import STEPS
from worker.steps.bench import Bench
from worker.tools import Tools


@dataclass(frozen=True, slots=True)
class Task:
    """A step to take now, with the snapshot and the database's time that it was planned by."""

    snapshot: Snapshot
    do: Do
    now: datetime


@dataclass(frozen=True, slots=True)
class Summons:
    """The organization's queue is to be arranged: a seat is free, or a post is late."""

    organization_id: str


async def carry_post(tools: Tools, held: Claim) -> None:
    """Take every step that can be taken now. Each transaction writes one outcome, names the next
    step and opens its intent; the last one lets the job go."""
    task = await _advance(tools, held, None)
    while task is not None:
        if isinstance(task, Summons):
            # In a transaction of its own, and before the job is let go: the queue's job locks
            # posts' jobs, so nobody may wait for it with a post's job in hand.
            await tools.hint(JobKind.QUEUE, task.organization_id)
            task = await _advance(tools, held, None, summoned=True)
        else:
            task = await _advance(tools, held, await _perform(tools, task))


async def _advance(
    tools: Tools, held: Claim, result: Result | None, *, summoned: bool = False
) -> Task | Summons | None:
    def transaction(session: Session, now: datetime) -> Task | Summons | None:
        freed = result is not None and commit.apply(session, result, tools.policy, now)
        return _plan(tools, session, held, now, arrange=freed, summoned=summoned)

    return await tools.write(held, transaction)


def _plan(
    tools: Tools, session: Session, held: Claim, now: datetime, *, arrange: bool, summoned: bool
) -> Task | Summons | None:
    """Follow the planner as far as it leads without a call; None when the job was let go."""
    while True:
        snapshot = posts.snapshot(session, held.subject_id, held)
        decision = next_step(snapshot, tools.policy, now)
        match decision:
            case Do():
                commit.open_intent(session, snapshot.post, decision, now)
                return Task(snapshot, decision, now)
            case End():
                commit.end_delivery(session, snapshot.post.id, decision, now)
            case Become():
                commit.change_post(session, snapshot.post, decision, now)
                arrange = arrange or decision.status in commit.SEATLESS
            case Wait():
                if (arrange or decision.arrange) and not summoned:
                    return Summons(snapshot.post.organization_id)
                jobs.release(session, held, decision.until, now)
                return None


async def _perform(tools: Tools, task: Task) -> Result:
    started = time.monotonic()
    outcome = await _step(tools, task)
    duration_ms = round((time.monotonic() - started) * 1000)
    lot = random.random()  # noqa: S311  (jitter, not a secret)
    return Result(task.snapshot, task.do, outcome, duration_ms, lot)


async def _step(tools: Tools, task: Task) -> Outcome:
    provider = tools.provider_of(task.snapshot.post.workspace_id)
    bench = Bench(task.snapshot, provider, tools.fetcher, tools.policy, task.now)
    try:
        return await STEPS[task.do.step](bench, task.do.subject)
    except ProviderError as error:
        return Failed(error)
