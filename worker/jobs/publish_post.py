"""The job of a post: plan → step → commit, until there is nothing to do now.

Steps at different connections run side by side, so that a slow provider never holds up another's
deliveries of the same post. At one connection there is one step at a time.
"""

import asyncio
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlmodel import Session

from models.snapshot import Snapshot
from models.store.jobs import job_queue
from models.store.jobs.job_queue import Claim
from models.store.posts import snapshots
from models.task_names import JobKind
from provider.errors import ProviderError, Reconnect
from worker import outcome_writer
from worker.context import WorkerContext
from worker.group_commit import REPLAN, Replan
from worker.job_logging import PostChange, bind_step, log_post_change, log_step
from worker.outcome_writer import StepResult
from worker.planner.connection_pause import blocking_connection
from worker.planner.decisions import (
    FinishDelivery,
    HoldDelivery,
    RunStep,
    SetPostStatus,
    Wait,
)
from worker.planner.plan import next_step
from worker.steps import take_step
from worker.steps.outcome import Failed, Outcome
from worker.steps.step_context import StepContext

# A post's grace is over so much after its end.
AFTER_GRACE = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class StepTask:
    """A step to take now, with the snapshot and the database time that it was planned with, and
    until when (s, `time.monotonic()`) the claim is surely ours."""

    snapshot: Snapshot
    run_step: RunStep
    now: datetime
    held_until: float


@dataclass(frozen=True, slots=True)
class Plan:
    """What comes next: steps to start, the arrangement of the organization's queue, and a wait.

    `wait` None: until a running step ends. `arrange_queue`: a seat became free, or a post is late.
    """

    tasks: tuple[StepTask, ...] = ()
    arrange_queue: bool = False
    wait: timedelta | None = None


async def run_post_job(context: WorkerContext, claim: Claim) -> None:
    """Take every step that can be taken now.

    Each transaction writes the outcomes of finished steps, plans the next ones and opens their
    intents. The last transaction releases the job.
    """
    job = PostJob(context, claim)
    try:
        await job.run()
    finally:
        await job.cancel_steps()


class PostJob:
    """One claim of a post's job. `running`: the step that runs at each connection, by its id."""

    def __init__(self, context: WorkerContext, claim: Claim) -> None:
        self._context, self._claim = context, claim
        self._running: dict[str, asyncio.Task[StepResult]] = {}

    async def run(self) -> None:
        """Plan and take steps until the job is released."""
        plan = await self._write_and_plan(())
        while plan is not None:
            self._start(plan.tasks)
            if plan.arrange_queue:
                # In a transaction of its own, which locks no job of a post: the queue's job locks
                # the jobs of posts, so a transaction that waits for it while it locks one would
                # deadlock. And before the release: a worker that dies in between must not lose the
                # wake-up.
                await self._context.wake_job(
                    JobKind.QUEUE, self._organization_id, self._organization_id
                )
                plan = await self._write_and_plan((), queue_arranged=True)
            elif self._running:
                plan = await self._write_and_plan(await self._next_results(plan.wait))
            else:
                await self._context.concurrency.wait_released(
                    self._claim.organization_id, plan.wait or timedelta(0)
                )
                plan = await self._write_and_plan(())

    async def cancel_steps(self) -> None:
        """Interrupt the steps that still run: the claim was lost, or the job was cancelled."""
        for task in self._running.values():
            task.cancel()
        await asyncio.gather(*self._running.values(), return_exceptions=True)

    def _start(self, tasks: Sequence[StepTask]) -> None:
        for task in tasks:
            step = asyncio.create_task(_take_step(self._context, task))
            self._running[task.run_step.connection.id] = step

    async def _next_results(self, wait: timedelta | None) -> list[StepResult]:
        """The outcomes of the steps that have ended; empty where the wait was over before."""
        seconds = None if wait is None else max(wait.total_seconds(), 0)
        await asyncio.wait(
            self._running.values(), timeout=seconds, return_when=asyncio.FIRST_COMPLETED
        )
        ended = {id_: task for id_, task in self._running.items() if task.done()}
        results = [task.result() for task in ended.values()]
        for id_ in ended:
            del self._running[id_]
        return results

    async def _write_and_plan(
        self, results: Sequence[StepResult], *, queue_arranged: bool = False
    ) -> Plan | None:
        context, busy = self._context, frozenset(self._running)
        # Before the transaction, which renews the claim.
        held_until = time.monotonic() + context.policy.claim_ttl.total_seconds()
        planning = PlanTransaction(context, self._claim, busy, held_until, queue_arranged)

        def write(session: Session, now: datetime) -> None:
            planning.reset()  # a first try may have been rolled back
            for result in results:
                freed_seat = outcome_writer.write_outcome(session, result, context.policy, now)
                planning.arrange_queue = planning.arrange_queue or freed_seat

        plan = await context.run_grouped(self._claim, write, planning.plan)
        self._organization_id = planning.organization_id
        for change in planning.changes:
            log_post_change(change)
        if plan is None and planning.blocked_at is not None:
            context.blocked_jobs.add(
                planning.blocked_at, planning.organization_id, self._claim.job_id
            )
        return plan


@dataclass(slots=True)
class PlanTransaction:
    """Follows the planner inside one transaction, up to the next calls or the next wait."""

    context: WorkerContext
    claim: Claim
    busy: frozenset[str]
    held_until: float
    queue_arranged: bool
    arrange_queue: bool = False
    organization_id: str = ""
    # The connection whose block the job waits for.
    blocked_at: str | None = None
    tasks: list[StepTask] = field(default_factory=list)
    changes: list[PostChange] = field(default_factory=list)

    def reset(self) -> None:
        """Forget what an earlier try of the transaction has planned."""
        self.arrange_queue, self.blocked_at = False, None
        self.tasks.clear()
        self.changes.clear()

    def plan(self, session: Session, now: datetime) -> Plan | Replan | None:
        """The next plan. REPLAN when a decision changed the post; None when the job was
        released."""
        snapshot = snapshots.load(session, self.claim)
        self.organization_id = snapshot.post.organization_id
        while True:
            busy = self.busy | {each.run_step.connection.id for each in self.tasks}
            decision = next_step(snapshot, self.context.policy, now, busy)
            match decision:
                case RunStep() if self.context.concurrency.is_draining:
                    return self._release(session, now, now)
                case RunStep():
                    self._begin(session, snapshot, decision, now)
                case FinishDelivery() | HoldDelivery() | SetPostStatus():
                    self._write_decision(session, snapshot, decision, now)
                    return REPLAN
                case Wait():
                    return self._wait_or_release(session, snapshot, decision, now)

    def _begin(
        self, session: Session, snapshot: Snapshot, decision: RunStep, now: datetime
    ) -> None:
        context, owner = self.context, snapshot.post.organization_id
        run_step = outcome_writer.begin_step(
            session, snapshot, decision, context.policy, now,
            lambda connection, marker: context.provider_for(connection, owner).own_id(marker),
        )  # fmt: skip
        self.tasks.append(StepTask(snapshot, run_step, now, self.held_until))

    def _write_decision(
        self,
        session: Session,
        snapshot: Snapshot,
        decision: FinishDelivery | HoldDelivery | SetPostStatus,
        now: datetime,
    ) -> None:
        if isinstance(decision, FinishDelivery):
            outcome_writer.finish_delivery(session, snapshot.post.id, decision, now)
        elif isinstance(decision, HoldDelivery):
            outcome_writer.hold_delivery(session, snapshot, decision, now)
            self.changes.append(PostChange(snapshot.post, decision, now))
        else:
            outcome_writer.set_post_status(session, snapshot.post, decision, now)
            self.changes.append(PostChange(snapshot.post, decision, now))
            self.arrange_queue = (
                self.arrange_queue or decision.status in outcome_writer.STATUSES_WITHOUT_SEAT
            )

    def _wait_or_release(
        self, session: Session, snapshot: Snapshot, decision: Wait, now: datetime
    ) -> Plan | None:
        if (self.arrange_queue or decision.arrange_queue) and not self.queue_arranged:
            return Plan(tuple(self.tasks), arrange_queue=True)
        until = decision.until
        if self.tasks or self.busy:
            return Plan(tuple(self.tasks), wait=None if until is None else until - now)
        until = self._give_turn(snapshot, until, now)
        if until is not None and self.context.concurrency.can_wait_here(
            self.claim.organization_id, until - now
        ):
            job_queue.reset_rescues(session, self.claim)
            return Plan(wait=until - now)
        return self._release(session, until, now)

    def _give_turn(
        self, snapshot: Snapshot, until: datetime | None, now: datetime
    ) -> datetime | None:
        """When the job wakes: after a block at its turn, but not after the post's grace has ended,
        when the missed-slot policy decides."""
        connection = blocking_connection(snapshot, until)
        if until is None or connection is None:
            return until
        self.blocked_at = connection.id
        turn = self.context.blocked_jobs.give_turn(connection.id, until, now)
        end = self.context.policy.grace_end(snapshot.post)
        return turn if end is None else max(until, min(turn, end + AFTER_GRACE))

    def _release(self, session: Session, until: datetime | None, now: datetime) -> Plan | None:
        """Release the job; not while steps run, whose outcomes must still be written."""
        if self.tasks or self.busy:
            return Plan(tuple(self.tasks))
        job_queue.release(session, self.claim, until, now)
        return None


async def _take_step(context: WorkerContext, task: StepTask) -> StepResult:
    result = await _take_timed_step(context, task)
    if isinstance(result.outcome, Failed) and isinstance(result.outcome.error, Reconnect):
        # The accounts job says what is wrong. It locks the jobs of posts, so it is woken in a
        # transaction of its own.
        await context.wake_job(JobKind.ACCOUNTS, task.run_step.connection.id, "")
    return result


async def _take_timed_step(context: WorkerContext, task: StepTask) -> StepResult:
    started = time.monotonic()
    bind_step(task.snapshot.post, task.run_step)
    outcome = await _call_step(context, task)
    seconds = time.monotonic() - started
    log_step(task.run_step.step, outcome, seconds)
    context.metrics.record_step(task.snapshot.post, task.run_step, outcome, seconds)
    jitter = random.random()  # noqa: S311  (jitter, not a secret)
    return StepResult(task.snapshot, task.run_step, outcome, round(seconds * 1000), jitter)


async def _call_step(context: WorkerContext, task: StepTask) -> Outcome:
    try:
        provider = context.provider_for(
            task.run_step.connection, task.snapshot.post.organization_id
        )
        step_context = StepContext(
            task.snapshot,
            provider,
            context.fetcher,
            context.policy,
            task.now,
            task.held_until,
            context.transfers,
        )
        return await take_step(step_context, task.run_step)
    except ProviderError as error:
        return Failed(error)
