"""The posts of an export as rows, with their files."""

from collections.abc import Iterator
from pathlib import Path

from api.bootstrap import open_storage
from cli.bootstrap import load_settings_or_fail
from cli.import_export.export_files import ExportedFiles
from cli.import_export.export_writer import ExportedRow
from cli.output import error_console, print_json
from media.stored_urls import is_stored_url
from models.posts import Media
from models.store.posts import post_queries, posts
from models.store.posts.post_filters import PostFilters
from services.calendar_import import exporter
from services.context import AppContext
from services.thread_presenter import own_files, present_thread

PAGE_SIZE = 500


def open_files_folder(files: Path | None, out: Path | None) -> ExportedFiles | None:
    """The folder of `--files`; None without one."""
    if files is None:
        return None
    return ExportedFiles(files, out.parent if out else None, open_storage(load_settings_or_fail()))


class ExportRows:
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
                [self._export_link(each) for each in own_files(media[id_])],
                [each.alt_text for each in own_files(media[id_])],
                present_thread(posts_by_id[id_], media[id_], self._export_link),
                fixed=self._fixed_times,
            )
            for id_ in ids
            if id_ in posts_by_id
        ]

    def _export_link(self, media: Media) -> str:
        link = self._context.cipher.decrypt(media.source_url)
        if self._folder is not None:
            link = self._folder.export_link(link)
        self.stored_links += is_stored_url(link)
        return link


def print_summary(
    rows: ExportRows, out: Path | None, missing_files: list[str], *, as_json: bool
) -> None:
    """Say how many posts were written, and which files are missing."""
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
