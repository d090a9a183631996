"""The dry run of a stored calendar: what the API's import with `dryRun` would answer."""

from dataclasses import dataclass, field, replace

from fastapi.concurrency import run_in_threadpool

from models.stored_files import StoredFile
from services.calendar_import.calendar_rows import read_calendar
from services.calendar_import.file_preview import FilePreview, preview_file
from services.calendar_import.importer import RowResult, import_rows
from services.calendar_import.rows import BadFile, ReadOptions
from services.context import AppContext
from services.errors import ValidationFailed
from services.uploads.calendar_files import read_calendar_file
from ui.forms import error_sentence
from ui.imports.import_choices import ImportChoices
from ui.sign_in.visitor import Visitor


@dataclass(slots=True)
class ImportCheck:
    """A calendar as far as it can be read with what was chosen. `results` is None while something
    is to be answered first, or where `problem` says why nothing can be read."""

    file: StoredFile
    raw: bytes
    choices: ImportChoices
    preview: FilePreview | None = None
    problem: str | None = None
    results: list[RowResult] | None = field(default=None)

    @property
    def order(self) -> str | None:
        """The order of day and month: as chosen, or the only one that fits all dates."""
        dates = self.preview.dates if self.preview else None
        return (self.choices.order or dates.order) if dates else None

    @property
    def is_ready(self) -> bool:
        """Whether every question is answered."""
        if self.preview is None or not self.preview.has_caption:
            return False
        return self.preview.dates is None or self.order is not None

    @property
    def options(self) -> ReadOptions:
        """How to read the rows."""
        options = self.preview.options if self.preview else self.choices.options
        return replace(options, date_order=self.order)


async def load_check(
    context: AppContext, visitor: Visitor, choices: ImportChoices, *, dry_run: bool = True
) -> ImportCheck:
    """Read a stored calendar, and check its rows, or import them. NotFound where it is gone."""
    file, raw = await read_calendar_file(context, visitor.organization_id, choices.file)
    check = ImportCheck(file, raw, choices)
    await run_in_threadpool(_fill, context, visitor.organization_id, check, dry_run=dry_run)
    return check


def _fill(context: AppContext, organization_id: str, check: ImportCheck, *, dry_run: bool) -> None:
    choices = check.choices
    try:
        check.preview = preview_file(check.raw, choices.options, choices.columns)
        if check.is_ready:
            rows = read_calendar(check.raw, check.options)
            check.results = import_rows(context, organization_id, rows, dry_run=dry_run)
    except BadFile as error:
        check.problem = f"{str(error)[:1].upper()}{str(error)[1:]}."
    except ValidationFailed as error:
        check.problem = error_sentence(error)
