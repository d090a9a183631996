"""Where a post comes to from any state, if nothing more goes wrong: always to a legal end."""

from collections import Counter

from tests.protocol_model.invariants import broken_invariant, is_legal_end
from tests.protocol_model.moves import Moves
from tests.protocol_model.state import Budget, State, in_order

# If nothing more goes wrong, the first of these that can happen does. Late calls arrive at the end.
CALM = ("plan", "call", "too late", "provider", "claim", "time", "arrival")
# More moves than any post needs: with more, it goes in circles.
MOST_MOVES = 300


class CalmEnds:
    """What follows each state then. The search notes what it comes by; beyond its depth, the moves
    are made here."""

    def __init__(self, moves: Moves, first: Budget) -> None:
        self._moves, self._product, self._first = moves, moves.product, first
        self._next: dict[State, tuple[int, State]] = {}
        self._visited: set[State] = set()
        self._ends_well: set[State] = set()
        self.ends: Counter[str] = Counter()

    def note(self, state: State, kind: str, after: State) -> None:
        """A move that the search has found."""
        rank = CALM.index(kind)
        if state not in self._next or rank < self._next[state][0]:
            self._next[state] = (rank, after)

    def note_visited(self, state: State) -> None:
        """The search has found all moves of this state."""
        self._visited.add(state)

    def wrong_end(self, state: State) -> str | None:
        """What is wrong with the way on from this state; None where it ends well."""
        way: dict[State, None] = {}
        while state not in self._ends_well:
            if state in way or len(way) > MOST_MOVES:
                return "end: it goes in circles"
            way[state] = None
            after = self._follow(state)
            if after is None:
                wrong = self._judge(state)
                if wrong is not None:
                    return wrong
                break
            state = after
        self._ends_well.update(way)
        return None

    def _follow(self, state: State) -> State | None:
        if state not in self._visited:
            self.note_visited(state)
            for move in self._moves.of(state):
                if move.kind in CALM:
                    self.note(state, move.kind, in_order(self._product, move.state)[0])
        return self._next[state][1] if state in self._next else None

    def _judge(self, state: State) -> str | None:
        rows = self._product.rows.read(state.rows)
        self.ends[rows.status] += 1
        if not is_legal_end(rows):
            return f"end: nothing more happens, and the post is {rows.status}"
        return broken_invariant(state, rows, self._first)
