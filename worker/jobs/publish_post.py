"""The job of a post: plan → step → commit, until there is nothing to do now."""

import random
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlmodel import Session

from models.snapshot import PostView, Snapshot
from models.store.jobs import job_queue
from models.store.jobs.job_queue import Claim
from models.store.posts import snapshots
from models.task_names import JobKind
from provider.errors import ProviderError
from worker import outcome_writer
from worker.context import WorkerContext
from worker.group_commit import REPLAN, Replan
from worker.job_logging import bind_step, log_post_status, log_step
from worker.outcome_writer import StepResult
from worker.planner.decisions import FinishDelivery, HoldDelivery, RunStep, SetPostStatus, Wait
from worker.planner.plan import next_step
from worker.steps import take_step
from worker.steps.outcome import Failed, Outcome
from worker.steps.step_context import StepContext


@dataclass(frozen=True, slots=True)
class StepTask:
    """A step to take now, with the snapshot and the database time that it was planned with."""

    snapshot: Snapshot
    run_step: RunStep
    now: datetime


@dataclass(frozen=True, slots=True)
class ArrangeQueue:
    """The organization's queue must be arranged: a seat became free, or a post is late."""

    organization_id: str


@dataclass(frozen=True, slots=True)
class ShortWait:
    """Nothing to do for a moment: wait in this process, and keep the claim."""

    wait: timedelta


NextAction = StepTask | ArrangeQueue | ShortWait | None


async def run_post_job(context: WorkerContext, claim: Claim) -> None:
    """Take every step that can be taken now.

    Each transaction writes the outcome of one step, plans the next one and opens its intent. The
    last transaction releases the job.
    """
    action = await _write_and_plan(context, claim, None)
    while action is not None:
        if isinstance(action, ArrangeQueue):
            # In a transaction of its own, which locks no job of a post: the queue's job locks the
            # jobs of posts, so a transaction that waits for it while it locks one would deadlock.
            # And before the release: a worker that dies in between must not lose the wake-up.
            await context.wake_job(JobKind.QUEUE, action.organization_id)
            action = await _write_and_plan(context, claim, None, queue_arranged=True)
        elif isinstance(action, ShortWait):
            await context.concurrency.wait_released(action.wait)
            action = await _write_and_plan(context, claim, None)
        else:
            action = await _write_and_plan(context, claim, await _take_step(context, action))


async def _write_and_plan(
    context: WorkerContext, claim: Claim, result: StepResult | None, *, queue_arranged: bool = False
) -> NextAction:
    planning = PlanTransaction(context, claim, queue_arranged=queue_arranged)

    def write(session: Session, now: datetime) -> None:
        # Reset: a first try may have been rolled back.
        planning.status_changes.clear()
        planning.arrange_queue = result is not None and outcome_writer.write_outcome(
            session, result, context.policy, now
        )

    action = await context.run_grouped(claim, write, planning.plan)
    for change in planning.status_changes:
        log_post_status(change)
    return action


@dataclass(slots=True)
class PlanTransaction:
    """Follows the planner inside one transaction, up to the next call or wait."""

    context: WorkerContext
    claim: Claim
    queue_arranged: bool
    arrange_queue: bool = False
    status_changes: list[SetPostStatus] = field(default_factory=list)

    def plan(self, session: Session, now: datetime) -> NextAction | Replan:
        """The next action. REPLAN when the decision changed the post; None when the job was
        released."""
        snapshot = snapshots.load(session, self.claim)
        policy = self.context.policy_for(snapshot.post.workspace_id)
        decision = next_step(snapshot, policy, now)
        match decision:
            case RunStep() if self.context.concurrency.is_draining:
                job_queue.release(session, self.claim, now, now)
                return None
            case RunStep():
                outcome_writer.open_intent(session, snapshot.post, decision, now)
                return StepTask(snapshot, decision, now)
            case FinishDelivery() | HoldDelivery() | SetPostStatus():
                self._write_decision(session, snapshot.post, decision, now)
                return REPLAN
            case Wait():
                if (self.arrange_queue or decision.arrange_queue) and not self.queue_arranged:
                    return ArrangeQueue(snapshot.post.organization_id)
                return self._wait_or_release(session, decision.until, now)

    def _write_decision(
        self,
        session: Session,
        post: PostView,
        decision: FinishDelivery | HoldDelivery | SetPostStatus,
        now: datetime,
    ) -> None:
        if isinstance(decision, FinishDelivery):
            outcome_writer.finish_delivery(session, post.id, decision, now)
        elif isinstance(decision, HoldDelivery):
            outcome_writer.hold_delivery(session, post.id, decision, now)
        else:
            outcome_writer.set_post_status(session, post, decision, now)
            self.status_changes.append(decision)
            self.arrange_queue = (
                self.arrange_queue or decision.status in outcome_writer.STATUSES_WITHOUT_SEAT
            )

    def _wait_or_release(
        self, session: Session, until: datetime | None, now: datetime
    ) -> ShortWait | None:
        if until is not None and self.context.concurrency.can_wait_here(until - now):
            job_queue.reset_rescues(session, self.claim)
            return ShortWait(until - now)
        job_queue.release(session, self.claim, until, now)
        return None


async def _take_step(context: WorkerContext, task: StepTask) -> StepResult:
    started = time.monotonic()
    with bind_step(task.snapshot.post, task.run_step):
        outcome = await _call_step(context, task)
        seconds = time.monotonic() - started
        log_step(task.run_step.step, outcome, seconds)
    context.metrics.record_step(task.snapshot.post, task.run_step, outcome, seconds)
    jitter = random.random()  # noqa: S311  (jitter, not a secret)
    return StepResult(task.snapshot, task.run_step, outcome, round(seconds * 1000), jitter)


async def _call_step(context: WorkerContext, task: StepTask) -> Outcome:
    provider = context.provider_for(task.snapshot.post.workspace_id)
    step_context = StepContext(task.snapshot, provider, context.fetcher, context.policy, task.now)
    try:
        return await take_step(step_context, task.run_step)
    except ProviderError as error:
        return Failed(error)
