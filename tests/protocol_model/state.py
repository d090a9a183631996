"""One state of everything: the rows, two workers, what is on its way, and the provider."""

from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from models.store.jobs.job_queue import Claim
from tests.protocol_model.product_transactions import ProductTransactions
from tests.protocol_model.remote import Answer, Call, Remote
from tests.protocol_model.row_numbers import OTHER


class Worker(NamedTuple):
    """What a worker process has in its memory: its claim, the step that it takes, with the answers
    that it got; or, with `until`, how long it rests. Without a claim it is free."""

    claim: Claim | None = None
    step: int | None = None
    answers: tuple[Answer, ...] = ()
    until: datetime | None = None


class Budget(NamedTuple):
    """How much may still go wrong or be changed.

    `losses`: workers that die, that are frozen until their claim has ended, or that stay away for a
    while; `faults`: calls that fail or get no answer; `acts`: changes by a person.
    """

    losses: int
    faults: int
    acts: int


class State(NamedTuple):
    """`calls`: on their way, and nobody waits for their answers; `is_told`: whether the history
    says that a change came too late."""

    now: datetime
    rows: int
    left: Budget
    workers: tuple[Worker, Worker] = (Worker(), Worker())
    calls: tuple[Call, ...] = ()
    remote: Remote = Remote()
    is_told: bool = False

    def with_worker(self, index: int, worker: Worker) -> "State":
        """With this worker in the place of one."""
        other = self.workers[1 - index]
        workers = (other, worker) if index else (worker, other)
        return self._replace(workers=workers)

    def after_fault(self) -> "State":
        """One call less may go wrong."""
        return self._replace(left=self.left._replace(faults=self.left.faults - 1))

    def after_loss(self) -> "State":
        """One worker less may be lost."""
        return self._replace(left=self.left._replace(losses=self.left.losses - 1))


def _order(worker: Worker) -> tuple[bool, int, int]:
    step = -1 if worker.step is None else worker.step
    return worker.claim is None, step, len(worker.answers)


def in_order(product: ProductTransactions, state: State) -> tuple[State, bool]:
    """The same state with its workers in a fixed order, and whether they changed places: which of
    the two does something makes no difference."""
    first, second = state.workers
    if _order(first) <= _order(second):
        return state, False
    rows = product.rows.with_tokens_exchanged(state.rows)
    return state._replace(rows=rows, workers=(_renamed(second), _renamed(first))), True


def _renamed(worker: Worker) -> Worker:
    if worker.claim is None:
        return worker
    return worker._replace(claim=replace(worker.claim, token=OTHER[worker.claim.token]))


class Move(NamedTuple):
    """One atomic action. `kind`: what is counted; `text`: what a person reads, with {0} and {1}
    for the names of the workers."""

    kind: str
    text: str
    state: State
