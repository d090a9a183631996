"""All interleavings up to a depth, at each kind of provider: no promise is broken."""

from collections import Counter
from pathlib import Path

import pytest

from models.statuses import DeliveryStatus as D
from models.statuses import Desired
from models.statuses import PostStatus as P
from tests.protocol_model.invariants import broken_invariant
from tests.protocol_model.product_transactions import DRAFT, REMOVE, REWORD
from tests.protocol_model.remote import KINDS, Remote
from tests.protocol_model.row_numbers import PostRows
from tests.protocol_model.run_search import run_search
from tests.protocol_model.search import Found
from tests.protocol_model.state import Budget, State
from tests.unit.worker.snapshot_builders import NOW

BUDGET = Budget(losses=1, faults=1, acts=1)
DEPTH = {"swonkie": 3, "wordpress": 3, "bluesky": 4, "mastodon": 4}
MOVES = ("claim", "plan", "call", "time", "arrival", REWORD, DRAFT, REMOVE)
FAILURES = ("death", "lost claim", "away", "not sent", "lost answer", "delayed")


@pytest.fixture(scope="module")
def searches(sqlite_template: Path) -> dict[str, Found]:
    """A search for each kind of provider: a worker may be lost, a call may fail, and a person may
    change the post once."""
    return {kind: run_search(sqlite_template, kind, BUDGET, DEPTH[kind]) for kind in KINDS}


@pytest.mark.parametrize("kind", KINDS)
def test_no_interleaving_breaks_a_promise(searches: dict[str, Found], kind: str) -> None:
    """Two workers, a provider and a person, in every order: each promise is kept in every state,
    and from every state the post comes to a legal end if nothing more goes wrong."""
    found = searches[kind]
    assert found.broken is None, "\n".join([found.broken or "", *found.trace])
    assert found.depth == DEPTH[kind]


def test_every_move_was_made(searches: dict[str, Found]) -> None:
    """The searches are not empty: each kind of move was made, and posts ended in each way."""
    moves, ends = Counter[str](), Counter[str]()
    for found in searches.values():
        moves += found.by_kind
        ends += found.ends
    assert {*MOVES, *FAILURES} <= set(moves)
    assert {"published", "cancelled", "draft"} <= set(ends)


def _rows(status: P, delivery: D) -> PostRows:
    return PostRows(status, Desired.SCHEDULED, "new", delivery, None, None, None)


def _public(*texts: str, is_told: bool = False) -> State:
    remote = Remote(public=tuple(("marker", text) for text in texts))
    return State(NOW, 0, BUDGET._replace(acts=0), remote=remote, is_told=is_told)


@pytest.mark.parametrize(
    ("promise", "state", "rows"),
    [
        ("once", _public("new", "new"), _rows(P.PUBLISHED, D.PUBLISHED)),
        ("removal", _public("new"), _rows(P.CANCELLED, D.CANCELLED)),
        ("draft", _public("new"), _rows(P.DRAFT, D.CREATED)),
        ("truth", _public("new"), _rows(P.MISSED, D.PENDING)),
        ("truth", _public("new"), _rows(P.FAILED, D.FAILED)),
        ("truth", _public(), _rows(P.PUBLISHED, D.PUBLISHED)),
        ("newest text", _public("old"), _rows(P.PUBLISHED, D.PUBLISHED)),
        ("in time", _public("old", is_told=True), _rows(P.PUBLISHED, D.PUBLISHED)),
    ],
)
def test_a_broken_promise_is_seen(promise: str, state: State, rows: PostRows) -> None:
    """Each promise can be broken, and then the state is wrong; the right state is not."""
    broken = broken_invariant(state, rows, BUDGET)
    assert broken is not None
    assert broken.startswith(promise)
    assert broken_invariant(_public("new"), _rows(P.PUBLISHED, D.PUBLISHED), BUDGET) is None
