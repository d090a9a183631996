"""The product's own transactions: a worker's claim, its plan, and a person's changes.

Each is a function of the rows and the time, so its result is remembered: the same transaction is
run once, however many interleavings lead to it. Rows and steps are named by numbers.
"""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple, TypeVar, cast

from sqlmodel import Session

from models.posts import Delivery
from models.statuses import Desired
from models.store.jobs import job_queue
from models.store.jobs.job_queue import Claim
from models.store.posts import posts, snapshots
from models.task_names import JobKind
from provider.protocol import Provider
from provider.registry import CAPABILITIES
from services.errors import Conflict, ValidationFailed
from services.inputs.post_bodies import EditBody
from services.posts.edit import edit
from services.posts.lookup import PostWithSettings, lock_post
from services.posts.remove import remove
from services.posts.retry import retry
from tests.protocol_model.calling_provider import CallingProvider, run_step
from tests.protocol_model.product_database import RolledBackDatabase, column_names, dump
from tests.protocol_model.remote import Answer, Call
from tests.protocol_model.row_numbers import RowNumbers
from tests.service_context import build_test_context
from tests.unit.worker.lifecycle.accepted_post import add_accepted_post
from tests.unit.worker.snapshot_builders import NOW
from worker import outcome_writer
from worker.context import WorkerContext
from worker.group_commit import GroupCommit, PendingWrite
from worker.jobs.publish_post import PlanTransaction, StepTask
from worker.outcome_writer import StepResult
from worker.planner.policy import Policy
from worker.steps.outcome import Outcome
from worker.steps.step_context import TOO_LATE

T = TypeVar("T")
REWORD, DRAFT, REMOVE, RETRY = ACTS = (
    "rewords the post",
    "takes it back to a draft",
    "removes it",
    "retries it",
)


class Planned(NamedTuple):
    """After a plan: the rows, the step to take (None: none), and until when the worker rests with
    its claim. `is_held`: whether it still has the claim; `is_told`: whether the history says that a
    change came too late."""

    rows: int
    step: int | None = None
    until: datetime | None = None
    is_held: bool = True
    is_told: bool = False


def build_policy(kind: str) -> Policy:
    """The production policy with some waits made equal, so that fewer instants matter. Late posts
    get no turns: there is no queue."""
    settle = Policy().settle_time
    return Policy(
        capabilities={"model": CAPABILITIES[kind]},
        verify_interval=settle,
        late_after=Policy().missed_grace,
    )


class ProductTransactions:
    """One post at one kind of provider, in the migrated database at `path`."""

    def __init__(self, path: Path, kind: str, desired: Desired, slot_in: timedelta) -> None:
        policy = build_policy(kind)
        self.policy, self.kind = policy, kind
        self.grace_end = NOW + slot_in + policy.missed_grace
        self.provider = CallingProvider(CAPABILITIES[kind])
        self._database = RolledBackDatabase(f"sqlite:///{path}")
        self.runs = 0
        self._steps: list[StepTask] = []
        self._step_numbers: dict[str, int] = {}
        self._memory: dict[object, Any] = {}
        nothing: Any = None  # no threads, posts without files, no webhooks
        self._group = GroupCommit(self._database, nothing, policy.claim_ttl, snapshots.prefetch)
        self._future: asyncio.Future[Any] = asyncio.new_event_loop().create_future()
        self._context = self._build_context(policy)
        self._services = build_test_context(self._database, policy.scheduling, provider="model")
        self.first = self._accept(desired, slot_in)

    def _build_context(self, policy: Policy) -> WorkerContext:
        nothing: Any = None  # as above
        provider = cast("Provider", self.provider)
        return WorkerContext(self._database, lambda *_: provider, nothing, nothing, policy, nothing)

    def close(self) -> None:
        """Close the database."""
        self._future.get_loop().close()
        self._database.close()

    def claim(self, rows: int, now: datetime, token: str) -> tuple[int, Claim] | None:
        """A worker claims the job, with this token; None where it is not due or has a claim."""
        return self._remember((rows, now, token), lambda: self._claim(rows, now, token))

    def plan(
        self, rows: int, now: datetime, claim: Claim, step: int | None, answers: tuple[Answer, ...]
    ) -> Planned:
        """Commit the outcome of a step that got these answers, if one was taken, and plan."""
        key = (rows, now, claim, step, answers)
        return self._remember(key, lambda: self._plan(rows, now, claim, step, answers))

    def act(self, rows: int, now: datetime, act: str) -> int | None:
        """A person's change of the post; None where it is refused."""
        return self._remember((rows, now, act), lambda: self._act(rows, now, act))

    def next_call(self, step: int, answers: tuple[Answer, ...]) -> Call | Outcome:
        """The next call of a step, or its outcome."""
        task = self._steps[step]
        return self._remember(
            (step, answers), lambda: run_step(task, answers, self.provider, self.policy)
        )

    def name_of(self, step: int) -> str:
        """What a step is."""
        return str(self._steps[step].run_step.step)

    def _remember(self, key: object, run: Callable[[], T]) -> T:
        if key not in self._memory:
            self._memory[key] = run()
        found: T = self._memory[key]
        return found

    def _begin(self, rows: int, now: datetime) -> None:
        self.runs += 1
        self._database.rows, self._database.now = self.rows.of(rows), now

    def _claim(self, rows: int, now: datetime, token: str) -> tuple[int, Claim] | None:
        self._begin(rows, now)
        with self._database.write() as session:
            made = job_queue.claim(session, [self._job_id], self.policy.claim_ttl)
            driver: Any = session.connection().connection.driver_connection
            driver.execute("UPDATE job SET claim = ? WHERE claim IS NOT NULL", (token,))
        if not made:
            return None
        return self.rows.number(self._database.left), replace(made[0], token=token)

    def _plan(
        self, rows: int, now: datetime, claim: Claim, step: int | None, answers: tuple[Answer, ...]
    ) -> Planned:
        self._begin(rows, now)
        held_until = (now - NOW + self.policy.claim_ttl).total_seconds()
        planning = PlanTransaction(
            self._context, claim, frozenset(), held_until, queue_arranged=True
        )
        result = None if step is None else self._result_of(step, answers)

        def write(session: Session, at: datetime) -> None:
            planning.reset()
            if result is not None:
                outcome_writer.write_outcome(session, result, self.policy, at)

        pending = PendingWrite(claim, write, planning.plan, self._future)
        if self._group._run_batch([pending]):
            return Planned(rows, is_held=False)
        after = self.rows.number(self._database.left)
        is_told = TOO_LATE in self._database.notes
        if pending.result is None:
            return Planned(after, is_held=False, is_told=is_told)
        wait = pending.result.wait
        return Planned(
            after,
            self._add_step(pending.result.tasks),
            None if wait is None else now + wait,
            is_told=is_told,
        )

    def _result_of(self, step: int, answers: tuple[Answer, ...]) -> StepResult:
        task, outcome = self._steps[step], self.next_call(step, answers)
        assert not isinstance(outcome, Call)
        return StepResult(task.snapshot, task.run_step, outcome, 0, jitter=0)

    def _add_step(self, tasks: tuple[StepTask, ...]) -> int | None:
        if not tasks:
            return None
        (task,) = tasks  # one connection: one step at a time
        name = repr(task)
        if name not in self._step_numbers:
            self._step_numbers[name] = len(self._steps)
            self._steps.append(task)
        return self._step_numbers[name]

    def _act(self, rows: int, now: datetime, act: str) -> int | None:
        self._begin(rows, now)
        try:
            with self._database.write() as session:
                found = lock_post(session, self._organization_id, self._post_id, None)
                self._change(session, found, act, now)
        except (Conflict, ValidationFailed):
            return None
        return self.rows.number(self._database.left)

    def _change(self, session: Session, found: PostWithSettings, act: str, now: datetime) -> None:
        context = self._services
        if act == REMOVE:
            remove(session, context, found, now)
        elif act == RETRY:
            retry(session, context, found, now)
        elif act == REWORD:
            version = found.post.content_version + 1
            edit(session, context, found, EditBody(caption=f"Text {version}"), now)
        else:
            edit(session, context, found, EditBody(mode="draft"), now)

    def _accept(self, desired: Desired, slot_in: timedelta) -> int:
        """The rows of the post as it was accepted; they are not in the database afterwards."""
        self._database.now = NOW
        with self._database.engine.connect() as connection, Session(bind=connection) as session:
            post = add_accepted_post(session, desired, NOW + slot_in)
            session.commit()
            delivery = Delivery(post_id=post.id, platform="facebook")
            posts.insert_all(session, [post], [], [delivery])
            self._post_id, self._organization_id = post.id, post.organization_id
            self._job_id = job_queue.enqueue(
                session, JobKind.POST, post.id, post.organization_id, NOW
            )
            session.flush()
            driver: Any = connection.connection.driver_connection
            self.rows = RowNumbers(column_names(driver))
            return self.rows.number(dump(driver))
