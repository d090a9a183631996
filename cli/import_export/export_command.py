"""`slotbeat posts export`: posts as a calendar that can be imported."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from api.bootstrap import open_storage
from cli.app_context import open_organization
from cli.bootstrap import load_settings_or_fail
from cli.common_options import JsonOption, OrganizationOption
from cli.import_export.export_files import ExportedFiles
from cli.import_export.export_writer import (
    WRITERS,
    CalendarFormat,
    ExportedRow,
    format_of,
    open_output,
)
from cli.output import error_console, print_json, stream_json
from cli.posts.list_command import build_filters
from media.stored_urls import is_stored_url
from models.statuses import PostStatus
from models.store.posts import post_queries, posts
from models.store.posts.post_queries import PostFilters
from services.calendar_import import exporter
from services.context import AppContext

PAGE_SIZE = 500
# Posts that are still to come. Others are exported only with --status.
UPCOMING_STATUSES = (
    PostStatus.DRAFT,
    PostStatus.PENDING_APPROVAL,
    PostStatus.BACKLOG,
    PostStatus.SCHEDULED,
)


def export(  # noqa: PLR0913, PLR0917  (each is an option)
    out: Annotated[
        Path | None,
        typer.Option("--output", "-o", dir_okay=False, help="The file; default: standard output."),
    ] = None,
    as_format: Annotated[
        CalendarFormat | None, typer.Option("--format", help="Default: by the file's name, or csv.")
    ] = None,
    status: Annotated[
        list[PostStatus] | None,
        typer.Option(help="Posts in this status, instead of those to come; may be repeated."),
    ] = None,
    start: Annotated[
        str | None, typer.Option("--from", help="Slot at or after this date or instant.")
    ] = None,
    end: Annotated[
        str | None, typer.Option("--to", help="Slot on or before this date, or before an instant.")
    ] = None,
    fixed_times: Annotated[
        bool, typer.Option("--fixed-times", help="Write the slot's time for posts of the queue.")
    ] = False,
    files: Annotated[
        Path | None,
        typer.Option(file_okay=False, help="Folder to write the organization's own files to."),
    ] = None,
    org: OrganizationOption = None,
    as_json: JsonOption = False,
) -> None:
    """Export posts as a calendar, which can be imported here or in another organization.

    Without --status: posts that are still to come. Links are written with their signatures.

    Example: slotbeat posts export -o calendar.csv --from 2026-05-01
    """
    with open_organization(org) as (context, owner):
        basic_filters = PostFilters(statuses=tuple(status) if status else UPCOMING_STATUSES)
        filters = build_filters(context, owner, basic_filters, start, end)
        folder = _open_files_folder(files, out)
        rows = _ExportRows(context, owner, filters, folder, fixed_times=fixed_times)
        if as_json and out is None:
            stream_json("posts", rows)
        else:
            with open_output(out) as file:
                WRITERS[as_format or format_of(out)](file, rows)
        missing_files = folder.missing if folder else []
    _print_summary(rows, out, missing_files, as_json=as_json)


def _open_files_folder(files: Path | None, out: Path | None) -> ExportedFiles | None:
    if files is None:
        return None
    return ExportedFiles(files, out.parent if out else None, open_storage(load_settings_or_fail()))


class _ExportRows:
    """The posts as rows, one page in memory at a time.

    The list of ids is read once at the beginning: a post that moves meanwhile does not come twice.
    """

    def __init__(
        self,
        context: AppContext,
        owner: str,
        filters: PostFilters,
        folder: ExportedFiles | None,
        *,
        fixed_times: bool,
    ) -> None:
        self._context = context
        self._owner = owner
        self._filters = filters
        self._folder = folder
        self._fixed_times = fixed_times
        self.count = 0
        self.stored_links = 0

    def __iter__(self) -> Iterator[ExportedRow]:
        with self._context.database.read() as session:
            ids = post_queries.list_ids(session, self._owner, self._filters)
        for start in range(0, len(ids), PAGE_SIZE):
            yield from self._page(ids[start : start + PAGE_SIZE])

    def _page(self, ids: list[str]) -> list[ExportedRow]:
        with self._context.database.read() as session:
            posts_by_id = posts.find_by_ids(session, self._owner, ids)
            media = post_queries.load_media(session, ids)
            deliveries = post_queries.load_deliveries(session, ids)
        self.count += len(posts_by_id)
        return [
            exporter.build_export_row(
                posts_by_id[id_],
                deliveries[id_],
                [self._export_link(each.source_url) for each in media[id_]],
                [each.alt_text for each in media[id_]],
                fixed=self._fixed_times,
            )
            for id_ in ids
            if id_ in posts_by_id
        ]

    def _export_link(self, encrypted: str) -> str:
        link = self._context.cipher.decrypt(encrypted)
        if self._folder is not None:
            link = self._folder.export_link(link)
        self.stored_links += is_stored_url(link)
        return link


def _print_summary(
    rows: _ExportRows, out: Path | None, missing_files: list[str], *, as_json: bool
) -> None:
    if as_json and out is not None:
        print_json({"exported": rows.count, "file": str(out), "lostFiles": missing_files})
        return
    if out is not None:
        error_console.print(f"{rows.count:,} posts in {out}", highlight=False, markup=False)
    if missing_files:
        error_console.print(
            f"{len(missing_files):,} files are missing in the storage", highlight=False
        )
    if rows.stored_links - len(missing_files) > 0:
        error_console.print(
            f"{rows.stored_links:,} links lead to files stored here, which other organizations "
            "cannot import; --files FOLDER exports these files",
            highlight=False,
        )
