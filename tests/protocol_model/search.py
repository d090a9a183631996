"""Breadth-first search through all interleavings: the shortest way to a state that is wrong."""

import time
from collections import Counter
from dataclasses import dataclass, field

from tests.protocol_model.calm_end import CALM, CalmEnds
from tests.protocol_model.invariants import broken_invariant
from tests.protocol_model.moves import Moves
from tests.protocol_model.state import State, in_order
from tests.protocol_model.trace import Step, tell


@dataclass
class Found:
    """What a search has found, and the time of a processor that it took (s).

    `trace`: the way to the broken promise; `is_whole`: nothing is left beyond its depth; `by_kind`,
    `stages`, `ends`: the numbers of moves of each kind, of states in each stage of post and
    delivery, and of ends in each status.
    """

    states: int = 0
    moves: int = 0
    depth: int = 0
    seconds: float = 0
    transactions: int = 0
    is_whole: bool = True
    broken: str | None = None
    trace: list[str] = field(default_factory=list)
    by_kind: Counter[str] = field(default_factory=Counter)
    stages: Counter[str] = field(default_factory=Counter)
    ends: Counter[str] = field(default_factory=Counter)


class Search:
    """One search from a first state, to a depth or until nothing new is left."""

    def __init__(self, moves: Moves, first: State) -> None:
        self._moves, self._product = moves, moves.product
        self._first, self._level = first, [first]
        # How each state was reached first.
        self._came: dict[State, Step] = {first: Step(None, "", is_swapped=False)}
        self._calm = CalmEnds(moves, first.left)
        self.found = Found()

    def run(self, depth: int) -> Found:
        """Search; stops at the first broken promise."""
        began, runs = time.process_time(), self._product.runs
        while self._level and self.found.depth < depth and self.found.broken is None:
            self.found.depth += 1
            self._level = self._search_level()
        self.found.is_whole = not self._level and self.found.broken is None
        if self.found.broken is None:
            self._check_ends()
        self.found.states = len(self._came)
        self.found.ends = self._calm.ends
        self.found.seconds = time.process_time() - began
        self.found.transactions = self._product.runs - runs
        return self.found

    def _search_level(self) -> list[State]:
        reached: list[State] = []
        for state in self._level:
            for move in self._moves.of(state):
                self.found.moves += 1
                self.found.by_kind[move.kind] += 1
                after, is_swapped = in_order(self._product, move.state)
                if move.kind in CALM:
                    self._calm.note(state, move.kind, after)
                if after in self._came:
                    continue
                self._came[after] = Step(state, move.text, is_swapped=is_swapped)
                reached.append(after)
                if self._is_wrong(after):
                    return []
            self._calm.note_visited(state)
        return reached

    def _is_wrong(self, state: State) -> bool:
        rows = self._product.rows.read(state.rows)
        self.found.stages[f"{rows.status} / {rows.delivery}"] += 1
        broken = broken_invariant(state, rows, self._first.left)
        if broken is not None:
            self._stop(state, broken)
        return broken is not None

    def _check_ends(self) -> None:
        """From every state, if nothing more goes wrong, the post comes to a legal end."""
        for state in list(self._came):
            wrong = self._calm.wrong_end(state)
            if wrong is not None:
                self._stop(state, wrong)
                return

    def _stop(self, state: State, broken: str) -> None:
        self.found.broken = broken
        self.found.trace = tell(self._came, state)
