"""A dry run: what would become of the rows, and which of them would get which slot."""

from collections.abc import Callable, Iterable, Iterator

from api import answers
from api.importing.batch import Found
from api.importing.rows import Row
from api.importing.running import Result, answered
from api.posts.publish import Accepted
from cli.batch.outcome import name
from cli.batch.pipeline import Order, rehearsed
from cli.times import local
from models.statuses import PostStatus
from models.store import clock, seats
from models.store.backlog import BacklogPost
from scheduler import calendar
from scheduler.seating import FreeSeat


class DryRun:
    """Remembers who would wait for a seat: some hundred bytes a row."""

    def __init__(self, order: Order) -> None:
        self._order = order
        self._seen: set[str] = set()
        self._waiting: list[tuple[Result, BacklogPost]] = []

    def results(self, rows: Iterable[Row], goes_on: Callable[[], bool]) -> Iterator[list[Result]]:
        """What would become of the rows. Of the posts nothing is left that an id could name."""
        for chunk in rehearsed(self._order, rows, goes_on):
            yield [self._result(row, found) for row, found in chunk]

    def _result(self, row: Row, found: Found | Result) -> Result:
        if isinstance(found, Result):
            return found
        if isinstance(found, list | Accepted):
            return answered(row, found)
        post, is_new = found.post, row.key not in self._seen
        self._seen.add(row.key)
        shown = {"status": post.status, "scheduledFor": answers.instant(post.scheduled_for)}
        # Without the row's content: the result waits for its slot.
        brief = Row(row.line, row.key)
        result = Result(brief, "accepted" if is_new else "known", shown)
        if is_new and post.status == PostStatus.BACKLOG:
            self._waiting.append((result, BacklogPost(post.id, post.post_type, post.video_key)))
        return result

    def seat(self) -> list[str]:
        """Write the slots into the results of those who would get one. A line for each of the
        queue."""
        seats_of = self._seats()
        lines: list[str] = []
        for result, waiting in self._waiting:
            seat = seats_of.get(waiting.id)
            if seat is not None and result.post is not None:
                slot = {"status": "scheduled", "scheduledFor": answers.instant(seat.slot.at)}
                result.post.update(slot)
            at = local(seat.slot.at, seat.zone) if seat else "waits, for there is no free slot"
            lines.append(f"{name(result)}: {at}")
        return lines

    def _seats(self) -> dict[str, FreeSeat]:
        around, owner = self._order.around, self._order.owner
        queue = [waiting for _, waiting in self._waiting]
        with around.database.read() as session:
            settings, now = seats.read_settings(session, owner), clock.now(session)
            return calendar.foresee(session, settings, queue, now, around.terms)
