"""Runs one search: a kind of provider, a budget, a depth, and maybe a fence that is taken out."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from models.database import Database
from models.migrate import upgrade
from models.statuses import Desired
from tests.protocol_model.fences import Fence, taken_out
from tests.protocol_model.moves import Moves
from tests.protocol_model.product_transactions import ACTS, ProductTransactions
from tests.protocol_model.search import Found, Search
from tests.protocol_model.state import Budget, State
from tests.unit.worker.snapshot_builders import NOW

# With a timer the post is handed over before its slot; elsewhere everything happens at the slot.
SLOT_IN = {"swonkie": timedelta(minutes=5)}


@contextmanager
def migrated_file() -> Iterator[Path]:
    """A database file with all migrations, for searches to copy."""
    with tempfile.TemporaryDirectory(prefix="slotbeat-model-") as folder:
        path = Path(folder) / "template.db"
        database = Database(f"sqlite:///{path}")
        upgrade(database)
        database.close()
        yield path


def run_search(
    template: Path,
    kind: str,
    budget: Budget,
    depth: int,
    acts: tuple[str, ...] = ACTS,
    without: Fence | None = None,
) -> Found:
    """Search all interleavings of a scheduled post at this kind of provider."""
    slot_in = SLOT_IN.get(kind, timedelta(0))
    with tempfile.TemporaryDirectory() as folder, taken_out(without) as fences_off:
        path = Path(shutil.copy(template, Path(folder) / "model.db"))
        product = ProductTransactions(path, kind, Desired.SCHEDULED, slot_in)
        try:
            first = State(NOW, product.first, budget)
            return Search(Moves(product, fences_off, acts), first).run(depth)
        finally:
            product.close()
