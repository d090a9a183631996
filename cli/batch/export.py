"""`slotbeat posts export`: posts as a calendar that can be imported."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, TextIO

import typer

from api.deps import Surroundings
from api.importing import written
from api.importing.csv_writer import CsvWriter
from api.importing.header import COLUMNS
from api.opening import open_storage
from cli.around import opened
from cli.batch.kept_files import FileFolder
from cli.opening import settings_or_fail
from cli.options import Org
from cli.output import Json, errors, print_json, stream_json
from cli.posts_list import within
from models.own_links import is_stored_url
from models.statuses import PostStatus
from models.store import listing, posts
from models.store.listing import PostFilters

PAGE = 500
# What is still to come. Anything else is exported when it is asked for.
TO_COME = (
    PostStatus.DRAFT,
    PostStatus.PENDING_APPROVAL,
    PostStatus.BACKLOG,
    PostStatus.SCHEDULED,
)
Fields = dict[str, Any]
Named = Callable[[str], str]


class Format(StrEnum):
    """How a calendar is written."""

    CSV = "csv"
    JSONL = "jsonl"


def export(  # noqa: PLR0913, PLR0917  (each is an option)
    out: Annotated[
        Path | None,
        typer.Option("--output", "-o", dir_okay=False, help="The file; else standard output."),
    ] = None,
    as_format: Annotated[
        Format | None, typer.Option("--format", help="By the file's name, or csv.")
    ] = None,
    status: Annotated[
        list[PostStatus] | None,
        typer.Option(help="Posts that are so, instead of those to come; may be repeated."),
    ] = None,
    start: Annotated[
        str | None, typer.Option("--from", help="Slot at or after this date or instant.")
    ] = None,
    end: Annotated[
        str | None, typer.Option("--to", help="Slot on or before this date, or before an instant.")
    ] = None,
    fixed_times: Annotated[
        bool, typer.Option("--fixed-times", help="The queue's posts with the times of their slots.")
    ] = False,
    files: Annotated[
        Path | None,
        typer.Option(file_okay=False, help="Write the organization's own files there, too."),
    ] = None,
    org: Org = None,
    as_json: Json = False,
) -> None:
    """Export posts as a calendar, which can be imported here or in another organization.

    Without --status: what is still to come. Links are written whole, signatures too.

    Example: slotbeat posts export -o calendar.csv --from 2026-05-01
    """
    with opened(org) as (around, owner):
        asked = PostFilters(statuses=tuple(status) if status else TO_COME)
        filters = within(around, owner, asked, start, end)
        folder = _folder(files, out)
        rows = _Rows(around, owner, filters, folder, fixed=fixed_times)
        if as_json and out is None:
            stream_json("posts", rows)
        else:
            with _opened(out) as file:
                _WRITERS[as_format or _format_of(out)](file, rows)
        lost = folder.lost if folder else []
    _say(rows, out, lost, as_json=as_json)


def _format_of(out: Path | None) -> Format:
    is_json = out is not None and out.suffix.lower() in (".jsonl", ".ndjson")
    return Format.JSONL if is_json else Format.CSV


def _folder(files: Path | None, out: Path | None) -> FileFolder | None:
    if files is None:
        return None
    return FileFolder(files, out.parent if out else None, open_storage(settings_or_fail()))


class _Rows:
    """The posts as rows, a page in memory at a time. Which ones, and in what order, is settled at
    the beginning: none comes twice, whatever moves meanwhile."""

    def __init__(
        self,
        around: Surroundings,
        owner: str,
        filters: PostFilters,
        folder: FileFolder | None,
        *,
        fixed: bool,
    ) -> None:
        self._around = around
        self._owner = owner
        self._filters = filters
        self._folder = folder
        self._fixed = fixed
        self.count = 0
        self.own_links = 0

    def __iter__(self) -> Iterator[Fields]:
        with self._around.database.read() as session:
            ids = listing.list_ids(session, self._owner, self._filters)
        for start in range(0, len(ids), PAGE):
            yield from self._page(ids[start : start + PAGE])

    def _page(self, ids: list[str]) -> list[Fields]:
        with self._around.database.read() as session:
            found = posts.find_by_ids(session, self._owner, ids)
            media = listing.load_media(session, ids)
            deliveries = listing.load_deliveries(session, ids)
        self.count += len(found)
        return [
            written.fields(
                found[id_],
                deliveries[id_],
                [self._link(each.source_url) for each in media[id_]],
                fixed=self._fixed,
            )
            for id_ in ids
            if id_ in found
        ]

    def _link(self, sealed: str) -> str:
        link = self._around.vault.decrypt(sealed)
        if self._folder is not None:
            link = self._folder.link(link)
        self.own_links += is_stored_url(link)
        return link


def _as_csv(file: TextIO, rows: _Rows) -> None:
    out = CsvWriter(file)
    out.row(COLUMNS)
    for row in rows:
        out.row(written.as_cells(row))


def _as_json_lines(file: TextIO, rows: _Rows) -> None:
    file.writelines(written.as_line(row) + "\n" for row in rows)


_WRITERS: dict[Format, Callable[[TextIO, _Rows], None]] = {
    Format.CSV: _as_csv,
    Format.JSONL: _as_json_lines,
}


@contextmanager
def _opened(out: Path | None) -> Iterator[TextIO]:
    """The file, which is there whole or not at all, and for its owner's eyes."""
    if out is None:
        yield sys.stdout
        sys.stdout.flush()
        return
    part = out.with_name(f".{out.name}.{os.getpid()}.part")
    try:
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            yield file
        part.replace(out)
    finally:
        with suppress(FileNotFoundError):
            part.unlink()


def _say(rows: _Rows, out: Path | None, lost: list[str], *, as_json: bool) -> None:
    if as_json and out is not None:
        print_json({"exported": rows.count, "file": str(out), "lostFiles": lost})
        return
    if out is not None:
        errors.print(f"{rows.count:,} posts in {out}", highlight=False, markup=False)
    if lost:
        errors.print(f"{len(lost):,} files are gone from the storage", highlight=False)
    if rows.own_links - len(lost) > 0:
        errors.print(
            f"{rows.own_links:,} links name files kept here, which no other organization can "
            "import; --files FOLDER writes them out",
            highlight=False,
        )
