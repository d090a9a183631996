"""All that can happen next in a state: the transition system.

Between any two transactions and calls of the workers, everything else may happen: a late call
arrives, the provider's timer is due, a person changes the post, time passes.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial

from tests.protocol_model.product_transactions import ProductTransactions
from tests.protocol_model.remote import WITH_DRAFTS, Call, Remote, arrive, go_on
from tests.protocol_model.row_numbers import TOKENS
from tests.protocol_model.state import Move, State
from tests.protocol_model.worker_moves import WorkerMoves, named
from tests.unit.worker.snapshot_builders import NOW

MOMENT = timedelta(seconds=1)


class Moves:
    """The moves of one post at one kind of provider. `acts`: what a person may do."""

    def __init__(
        self, product: ProductTransactions, fences_off: frozenset[str], acts: Sequence[str]
    ) -> None:
        self._acts = acts
        self.product, self.kind, self.fences_off = product, product.kind, fences_off
        self._workers = WorkerMoves(product, fences_off)

    def of(self, state: State) -> Iterator[Move]:
        """Everything that can happen next. A late call that can change nothing any more is left
        out."""
        for move in self._all(state):
            calls = tuple(
                sorted(
                    filter(partial(self._may_matter, move.state.remote), move.state.calls), key=repr
                )
            )
            yield move._replace(state=move.state._replace(calls=calls))

    def _may_matter(self, remote: Remote, call: Call) -> bool:
        if call.name == "create" or self.kind == "mastodon":
            return True
        if self.kind == "bluesky":
            return call.head == remote.head or "head" in self.fences_off
        return remote.get(call.remote_id) is not None

    def _all(self, state: State) -> Iterator[Move]:
        for index in (0, 1):
            yield from self._workers.of(state, index)
        yield from self._of_calls(state)
        for text, remote in go_on(state.remote, state.now):
            yield Move("provider", text, state._replace(remote=remote))
        yield from self._of_person(state)
        yield from self._of_time(state)

    def _of_calls(self, state: State) -> Iterator[Move]:
        for number, call in enumerate(state.calls):
            head = state.remote.head if "head" in self.fences_off else call.head
            remote, _ = arrive(self.kind, state.remote, call._replace(head=head), state.now)
            others = state.calls[:number] + state.calls[number + 1 :]
            text = f"the late {named(call)} arrives"
            if remote == state.remote:
                text += ", and changes nothing"
            yield Move("arrival", text, state._replace(remote=remote, calls=others))

    def _of_person(self, state: State) -> Iterator[Move]:
        if not state.left.acts:
            return
        left = state.left._replace(acts=state.left.acts - 1)
        for act in self._acts:
            rows = self.product.act(state.rows, state.now, act)
            if rows is not None:
                # What was told about an earlier change says nothing about this one.
                after = state._replace(rows=rows, left=left, is_told=False)
                yield Move(act, f"a person {act}", after)

    def _of_time(self, state: State) -> Iterator[Move]:
        """Time passes until the next instant that matters; a claim that ends costs a loss."""
        if next(go_on(state.remote, state.now), None):
            return
        if self._is_claimable(state):
            yield from self._stay_away(state)
            return
        then = min((at for at in self._instants(state) if at > state.now), default=None)
        if then is None:
            return
        after = state._replace(now=then, calls=_arriving(state, then))
        rows = self.product.rows.read(state.rows)
        is_ending = rows.claim_expires_at is not None and rows.claim_expires_at == then
        if is_ending and rows.claim in self._living(state):
            if state.left.losses:
                yield Move(
                    "lost claim",
                    f"{_clock(then)}: {_holder(rows.claim)} is frozen until its claim has ended",
                    after.after_loss(),
                )
            return
        yield Move("time", _clock(then), after)

    def _stay_away(self, state: State) -> Iterator[Move]:
        """No worker takes the job for a while, or before it is too late for the post."""
        if not state.left.losses:
            return
        then = min((at for at in self._instants(state) if at > state.now), default=None)
        if then is None and state.now <= self.product.grace_end:
            then = self.product.grace_end + MOMENT
        if then is not None:
            after = state._replace(now=then, calls=_arriving(state, then))
            text = f"no worker claims the job; {_clock(then)}"
            yield Move("away", text, after.after_loss())

    def _is_claimable(self, state: State) -> bool:
        """Whether a free worker can take the job: it takes it at once, if it takes it at all."""
        free = [index for index in (0, 1) if state.workers[index].claim is None]
        return any(
            self.product.claim(state.rows, state.now, TOKENS[index]) is not None for index in free
        )

    def _living(self, state: State) -> list[str]:
        return [each.claim.token for each in state.workers if each.claim is not None]

    def _instants(self, state: State) -> Iterator[datetime]:
        rows = self.product.rows.read(state.rows)
        yield from (at for at in (rows.wake_at, rows.claim_expires_at) if at is not None)
        is_working = any(each.step is not None for each in state.workers)
        if rows.claim_expires_at and is_working and self.kind not in WITH_DRAFTS:
            yield rows.claim_expires_at - MOMENT  # the last one at which a call leaves
        yield from (each.until for each in state.workers if each.until is not None)
        yield from (call.until for call in state.calls if call.until is not None)
        yield from (row.at for row in state.remote.rows if row.at is not None)


def _arriving(state: State, then: datetime) -> tuple[Call, ...]:
    return tuple(each for each in state.calls if each.until is None or each.until > then)


def _clock(at: datetime) -> str:
    return f"{(at - NOW).total_seconds():.0f} s have passed"


def _holder(token: str) -> str:
    return f"{{{TOKENS.index(token)}}}"
