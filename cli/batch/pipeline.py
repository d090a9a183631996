"""Rows become posts, some at a time: while the links of the next ones are asked, these are
committed. Nothing grows with the length of the file."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import wait
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from api.deps import Surroundings
from api.importing import running
from api.importing.batch import Found
from api.importing.rows import Row
from api.importing.running import Result
from cli.batch import local_files
from cli.batch.links import Asked, Links, links
from cli.batch.local_files import Keeper, LocalFile
from models.files import StoredFile

# Chunks whose links are being asked while one is committed.
AHEAD = 4
# While links are waited for, between two looks whether to go on (s).
LOOK_EVERY = 0.2
Chunk = list[Result]


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be done with the rows of a file. `storing` opens the storage of files."""

    around: Surroundings
    owner: str
    folder: Path
    storing: Callable[[], Surroundings]
    checks_links: bool = True


@dataclass(slots=True)
class Prepared:
    """Rows that wait for their turn; what is known of a row already is its result."""

    rows: list[Row]
    results: list[Result | None]
    asked: list[list[Asked]] = field(default_factory=list)
    files: list[list[LocalFile]] = field(default_factory=list)


class Stage:
    """Prepares chunks of rows."""

    def __init__(self, order: Order, asking: Links | None) -> None:
        self._order = order
        self._asking = asking

    def prepare(self, rows: list[Row]) -> Prepared:
        """Find what is known, look at the files, and begin to ask the links."""
        order = self._order
        chunk = Prepared(rows, running.known(order.around, order.owner, rows))
        most = order.around.media_max_bytes
        for row, result in zip(rows, chunk.results, strict=True):
            is_new = result is None
            chunk.files.append(local_files.look(row, order.folder, most) if is_new else [])
            chunk.asked.append(self._ask(row) if is_new else [])
        return chunk

    def _ask(self, row: Row) -> list[Asked]:
        if self._asking is None:
            return []
        return self._asking.ask(row, allow_private=self._order.around.allow_private_media)


def imported(order: Order, rows: Iterable[Row], goes_on: Callable[[], bool]) -> Iterator[Chunk]:
    """What became of the rows, in their order, a transaction's at a time; it ends behind one when
    it is not to go on."""
    keeper = Keeper(order.storing, order.owner)

    def commit(chunk: Prepared) -> Chunk:
        _keep_files(order, keeper, chunk)
        return _with(chunk, running.commit(order.around, order.owner, _open_rows(chunk)))

    for chunk in _prepared(order, rows, goes_on):
        yield commit(chunk) if _open_rows(chunk) else [each for each in chunk.results if each]


def rehearsed(
    order: Order, rows: Iterable[Row], goes_on: Callable[[], bool]
) -> Iterator[list[tuple[Row, Found | Result]]]:
    """What would become of the rows; nothing is kept, and no file."""
    for chunk in _prepared(order, rows, goes_on):
        waiting, files = _open_rows(chunk), _files(order, chunk)
        tried = running.rehearse(order.around, order.owner, waiting, files) if waiting else []
        found = iter(tried)
        yield [
            (row, result if result is not None else next(found))
            for row, result in zip(chunk.rows, chunk.results, strict=True)
        ]


def _prepared(order: Order, rows: Iterable[Row], goes_on: Callable[[], bool]) -> Iterator[Prepared]:
    """Chunks whose links were asked."""
    waiting = iter(rows)
    ahead: deque[Prepared] = deque()
    with ExitStack() as stack:
        stage = Stage(order, stack.enter_context(links()) if order.checks_links else None)
        while goes_on():
            if len(ahead) <= AHEAD and (some := list(islice(waiting, running.AT_ONCE))):
                ahead.append(stage.prepare(some))
                continue
            if not ahead or not _are_answered(ahead[0], goes_on):
                return
            yield ahead.popleft()


def _are_answered(chunk: Prepared, goes_on: Callable[[], bool]) -> bool:
    """Wait for the links; what is wrong with them is among the rows' problems then. False where
    it is not to go on, and not all have answered."""
    waiting = {each.answer for asked in chunk.asked for each in asked}
    while waiting := wait(waiting, timeout=LOOK_EVERY).not_done:
        if not goes_on():
            return False
    for row, asked in zip(chunk.rows, chunk.asked, strict=True):
        row.problems += [problem for each in asked if (problem := each.problem())]
    return True


def _open_rows(chunk: Prepared) -> list[Row]:
    pairs = zip(chunk.rows, chunk.results, strict=True)
    return [row for row, result in pairs if result is None]


def _files(order: Order, chunk: Prepared) -> list[StoredFile]:
    return [each.as_stored(order.owner) for found in chunk.files for each in found]


def _keep_files(order: Order, keeper: Keeper, chunk: Prepared) -> None:
    """Keep the files of those rows that would be posts: of the others, none is stored."""
    pairs = [(row, files) for row, files in zip(chunk.rows, chunk.files, strict=True) if files]
    good = [(row, files) for row, files in pairs if running.is_good(row)]
    if not good:
        return
    stored = [each.as_stored(order.owner) for _, files in good for each in files]
    tried = running.rehearse(order.around, order.owner, [row for row, _ in good], stored)
    for (row, files), found in zip(good, tried, strict=True):
        if isinstance(found, list):
            row.problems += found
        else:
            local_files.keep_all(keeper, row, files)


def _with(chunk: Prepared, committed: list[Result]) -> Chunk:
    new = iter(committed)
    return [each if each is not None else next(new) for each in chunk.results]
