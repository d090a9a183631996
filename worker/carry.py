"""Carrying a post: plan → step → commit, until there is nothing to do now."""

import random
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlmodel import Session

from models.snapshot import PostView, Snapshot
from models.store import jobs, snapshots
from models.store.jobs import Claim
from models.task_names import JobKind
from provider.errors import ProviderError
from worker import commit, said
from worker.commit import Result
from worker.context import at_step
from worker.decision import Become, Do, End, Hold, Wait
from worker.outcome import Failed, Outcome
from worker.plan import next_step
from worker.steps import STEPS
from worker.steps.bench import Bench
from worker.tools import Tools
from worker.writer import AGAIN, Again


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


@dataclass(frozen=True, slots=True)
class Rest:
    """Nothing to do for a moment; the job is kept."""

    wait: timedelta


Next = Task | Summons | Rest | None


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
        elif isinstance(task, Rest):
            await tools.hands.rest(task.wait)
            task = await _advance(tools, held, None)
        else:
            task = await _advance(tools, held, await _perform(tools, task))


async def _advance(
    tools: Tools, held: Claim, result: Result | None, *, summoned: bool = False
) -> Next:
    planning = Planning(tools, held, summoned=summoned)

    def write(session: Session, now: datetime) -> None:
        # Set anew: what a first, undone try found out counts for nothing.
        planning.became.clear()
        planning.arrange = result is not None and commit.apply(session, result, tools.policy, now)

    following = await tools.write_post(held, write, planning.plan)
    for become in planning.became:
        said.of_post(become)
    return following


@dataclass(slots=True)
class Planning:
    """Following the planner as far as it leads without a call."""

    tools: Tools
    held: Claim
    summoned: bool
    arrange: bool = False
    became: list[Become] = field(default_factory=list)

    def plan(self, session: Session, now: datetime) -> Next | Again:
        """What is next, AGAIN where the post has changed by it; None when the job was let go."""
        snapshot = snapshots.load(session, self.held)
        policy = self.tools.policy_for(snapshot.post.workspace_id)
        decision = next_step(snapshot, policy, now)
        match decision:
            case Do() if self.tools.hands.is_closing:
                jobs.release(session, self.held, now, now)
                return None
            case Do():
                commit.open_intent(session, snapshot.post, decision, now)
                return Task(snapshot, decision, now)
            case End() | Hold() | Become():
                self._write(session, snapshot.post, decision, now)
                return AGAIN
            case Wait():
                if (self.arrange or decision.arrange) and not self.summoned:
                    return Summons(snapshot.post.organization_id)
                return self._wait(session, decision.until, now)

    def _write(
        self, session: Session, post: PostView, decision: End | Hold | Become, now: datetime
    ) -> None:
        if isinstance(decision, End):
            commit.end_delivery(session, post.id, decision, now)
        elif isinstance(decision, Hold):
            commit.hold(session, post.id, decision, now)
        else:
            commit.change_post(session, post, decision, now)
            self.became.append(decision)
            self.arrange = self.arrange or decision.status in commit.SEATLESS

    def _wait(self, session: Session, until: datetime | None, now: datetime) -> Rest | None:
        if until is not None and self.tools.hands.may_rest(until - now):
            jobs.reset_rescues(session, self.held)
            return Rest(until - now)
        jobs.release(session, self.held, until, now)
        return None


async def _perform(tools: Tools, task: Task) -> Result:
    started = time.monotonic()
    with at_step(task.snapshot.post, task.do):
        outcome = await _step(tools, task)
        seconds = time.monotonic() - started
        said.of_step(task.do.step, outcome, seconds)
    tools.metrics.took(task.snapshot.post, task.do, outcome, seconds)
    lot = random.random()  # noqa: S311  (jitter, not a secret)
    return Result(task.snapshot, task.do, outcome, round(seconds * 1000), lot)


async def _step(tools: Tools, task: Task) -> Outcome:
    provider = tools.provider_of(task.snapshot.post.workspace_id)
    bench = Bench(task.snapshot, provider, tools.fetcher, tools.policy, task.now)
    try:
        return await STEPS[task.do.step](bench, task.do.subject)
    except ProviderError as error:
        return Failed(error)
