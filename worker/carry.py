"""Carrying a post: plan → step → commit, until there is nothing to do now."""

import random
import time
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from models.snapshot import Snapshot
from models.store import jobs, posts
from models.store.jobs import Claim
from provider.errors import ProviderError
from worker import commit
from worker.commit import Result
from worker.outcome import Failed, Outcome
from worker.plan import Become, Do, End, Wait, next_step
from worker.steps import STEPS
from worker.steps.bench import Bench
from worker.tools import Tools


@dataclass(frozen=True, slots=True)
class Task:
    """A step to take now, with the snapshot and the database's time that it was planned by."""

    snapshot: Snapshot
    do: Do
    now: datetime


async def carry_post(tools: Tools, held: Claim) -> None:
    """Take every step that can be taken now. Each transaction writes one outcome, names the next
    step and opens its intent; the last one lets the job go."""
    task = await _advance(tools, held, None)
    while task is not None:
        task = await _advance(tools, held, await _perform(tools, task))


async def _advance(tools: Tools, held: Claim, result: Result | None) -> Task | None:
    def transaction(session: Session, now: datetime) -> Task | None:
        if result is not None:
            commit.apply(session, result, tools.policy, now)
        return _plan(tools, session, held, now)

    return await tools.write(held, transaction)


def _plan(tools: Tools, session: Session, held: Claim, now: datetime) -> Task | None:
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
            case Wait():
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
