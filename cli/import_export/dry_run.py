"""The dry run of an import: the result and the slot that each row would get."""

from collections.abc import Callable, Iterable, Iterator

from cli.import_export.import_pipeline import ImportJob, dry_run_chunks
from cli.import_export.import_summary import row_label
from cli.time_format import format_local
from models.statuses import PostStatus
from models.store import clock
from models.store.queue.backlog import BacklogPost
from models.store.tenants import social_settings
from scheduler.seating.assignment import FreeSeat
from scheduler.seating.seat_backlog import preview_seats
from services import presenters
from services.calendar_import.batch import RowCheck
from services.calendar_import.importer import RowResult, to_result
from services.calendar_import.rows import Row
from services.posts.publish import AcceptedPost


class DryRun:
    """Checks rows, and remembers those that would wait for a seat: some 100 bytes a row."""

    def __init__(self, job: ImportJob) -> None:
        self._job = job
        self._seen_keys: set[str] = set()
        self._waiting: list[tuple[RowResult, BacklogPost]] = []

    def results(
        self, rows: Iterable[Row], should_continue: Callable[[], bool]
    ) -> Iterator[list[RowResult]]:
        """The results that the rows would have. They have no post ids: no post is stored."""
        for chunk in dry_run_chunks(self._job, rows, should_continue):
            yield [self._row_result(row, checked) for row, checked in chunk]

    def _row_result(self, row: Row, checked: RowCheck | RowResult) -> RowResult:
        if isinstance(checked, RowResult):
            return checked
        if isinstance(checked, list | AcceptedPost):
            return to_result(row, checked)
        post, is_new = checked.post, row.key not in self._seen_keys
        self._seen_keys.add(row.key)
        post_json = {
            "status": post.status,
            "scheduledFor": presenters.format_instant(post.scheduled_for),
        }
        # Without the row's content, to save memory: the results are stored until the end.
        row_without_content = Row(row.line, row.key)
        result = RowResult(
            row_without_content,
            "accepted" if is_new else "known",
            post_json,
            warnings=checked.warnings,
        )
        if is_new and post.status == PostStatus.BACKLOG:
            self._waiting.append((result, BacklogPost(post.id, post.post_type, post.video_key)))
        return result

    def assign_slots(self) -> list[str]:
        """Write the slots into the results. One line of text for each row that needs a seat."""
        seats_of = self._preview_seats()
        lines: list[str] = []
        for result, waiting in self._waiting:
            seat = seats_of.get(waiting.id)
            if seat is not None and result.post is not None:
                slot = {
                    "status": "scheduled",
                    "scheduledFor": presenters.format_instant(seat.slot.at),
                }
                result.post.update(slot)
            at = format_local(seat.slot.at, seat.zone) if seat else "waits: there is no free slot"
            lines.append(f"{row_label(result)}: {at}")
        return lines

    def _preview_seats(self) -> dict[str, FreeSeat]:
        context, owner = self._job.context, self._job.organization_id
        queue = [waiting for _, waiting in self._waiting]
        with context.database.read() as session:
            settings, now = social_settings.read_settings(session, owner), clock.now(session)
            return preview_seats(session, settings, queue, now, context.scheduling)
