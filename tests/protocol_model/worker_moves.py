"""What a worker can do next, and what can go wrong with it and with its calls.

It runs the product's code: a claim, a transaction that commits and plans, the next call of a step.
A worker that does nothing for long is frozen, or slow: so freezing is no action of its own.
"""

from collections.abc import Iterator
from datetime import timedelta

from provider.errors import OutcomeUnknown, Retry
from tests.protocol_model.product_transactions import ProductTransactions
from tests.protocol_model.remote import READS, WITH_DRAFTS, Answer, Call, arrive
from tests.protocol_model.row_numbers import TOKENS
from tests.protocol_model.state import Move, State, Worker
from tests.unit.worker.snapshot_builders import NOW

# What a caller is told that surely changed nothing; a delete and a read are harmless to repeat.
NOT_SENT = Answer(None, Retry, "no answer")
UNSURE = Answer(None, OutcomeUnknown, "no answer")
TOO_LATE = Answer(None, Retry, "the call came too late for its claim; nothing was sent")


class WorkerMoves:
    """The moves of one worker."""

    def __init__(self, product: ProductTransactions, fences_off: frozenset[str]) -> None:
        self.product, self.kind, self.fences_off = product, product.kind, fences_off
        self.settle_time: timedelta = product.policy.settle_time

    def of(self, state: State, index: int) -> Iterator[Move]:
        worker = state.workers[index]
        if worker.claim is None:
            yield from self._claim(state, index)
            return
        if worker.step is not None:
            yield from self._die(state, index, "dies")
        if worker.until is not None and worker.until > state.now:
            return
        call = None
        if worker.step is not None:
            call = self.product.next_call(worker.step, worker.answers)
        if isinstance(call, Call):
            yield from self._call(state, index, call)
        else:
            yield self._plan(state, index)

    def _claim(self, state: State, index: int) -> Iterator[Move]:
        claimed = self.product.claim(state.rows, state.now, TOKENS[index])
        if claimed is not None:
            rows, claim = claimed
            after = state._replace(rows=rows).with_worker(index, Worker(claim))
            yield Move("claim", f"{{{index}}} claims the job", after)

    def _plan(self, state: State, index: int) -> Move:
        worker = state.workers[index]
        assert worker.claim is not None
        done = self.product.plan(state.rows, state.now, worker.claim, worker.step, worker.answers)
        next_worker = Worker(worker.claim, done.step, (), done.until) if done.is_held else Worker()
        after = state._replace(rows=done.rows, is_told=state.is_told or done.is_told)
        text = f"{{{index}}} {self._describe_plan(state, worker, done.rows)}"
        if done.step is not None:
            text += f", plans: {self.product.name_of(done.step)}"
        elif not done.is_held:
            text += ", and has the job no more"
        return Move("plan", text, after.with_worker(index, next_worker))

    def _describe_plan(self, state: State, worker: Worker, rows: int) -> str:
        if worker.step is None:
            return "reads the rows"
        step, found = self.product.name_of(worker.step), self.product.rows.read(rows)
        if rows == state.rows:
            return f"cannot commit {step}: its claim is lost"
        return f"commits {step}: the post is {found.status}, its delivery {found.delivery}"

    def _call(self, state: State, index: int, call: Call) -> Iterator[Move]:
        """The call is answered; or something goes wrong with it."""
        sent = self._send(state, call)
        if sent is None:
            late = self._answered(state, index, TOO_LATE)
            yield Move("too late", f"{{{index}}} is too late for its {call.name}", late)
            return
        remote, answer = arrive(self.kind, state.remote, sent, state.now)
        done = state._replace(remote=remote)
        name = f"{{{index}}}'s {named(call)}"
        answered = self._answered(done, index, answer)
        yield Move("call", f"{name} is done and answered{_shown(answer)}", answered)
        yield from self._fail(state, index, sent, done)

    def _fail(self, state: State, index: int, sent: Call, done: State) -> Iterator[Move]:
        """What may go wrong with a call. `done`: the state where it has arrived."""
        name = f"{{{index}}}'s {named(sent)}"
        on_its_way = state._replace(calls=(*state.calls, sent))
        if state.left.faults:
            unsent = self._answered(state, index, NOT_SENT)
            yield Move("not sent", f"{name} cannot be sent", unsent.after_fault())
        if sent.name in READS:
            return
        if state.left.faults:
            lost = NOT_SENT if sent.name == "delete" else UNSURE
            after = self._answered(done, index, lost).after_fault()
            yield Move("lost answer", f"{name} is done, its answer is lost", after)
            after = self._answered(on_its_way, index, lost).after_fault()
            yield Move("delayed", f"{name} has no answer: it is still on its way", after)
        yield from self._die(on_its_way, index, f"dies while its {named(sent)} is on its way")

    def _send(self, state: State, call: Call) -> Call | None:
        """The call as it leaves; None where the client sends it no more. Where there are no drafts,
        it looks at the end of the claim, and at Bluesky it names the head that it has read before
        that."""
        if call.name in READS:
            return call
        looks_at_claim = self.kind not in WITH_DRAFTS and "held until" not in self.fences_off
        if looks_at_claim and (state.now - NOW).total_seconds() >= call.held_until:
            return None
        must_come_soon = call.name == "create" or self.kind == "mastodon"
        until = state.now + self.settle_time if must_come_soon else None
        return call._replace(head=state.remote.head, until=until, held_until=0)

    def _answered(self, state: State, index: int, answer: Answer) -> State:
        worker = state.workers[index]
        return state.with_worker(index, worker._replace(answers=(*worker.answers, answer)))

    def _die(self, state: State, index: int, what: str) -> Iterator[Move]:
        """A new process takes its place; its claim has to end."""
        if state.left.losses:
            after = state.with_worker(index, Worker()).after_loss()
            yield Move("death", f"{{{index}}} {what}", after)


def named(call: Call) -> str:
    """A call in words; an id of our own is long, and the post has no other."""
    return f"{call.name} {call.remote_id.partition(':')[0]}".rstrip()


def _shown(answer: Answer) -> str:
    if answer.error is not None:
        return f": {answer.text}"
    stage = getattr(answer.value, "stage", None)
    return f": {stage}" if stage else ""
