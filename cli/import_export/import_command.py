"""`slotbeat posts import`: creates one post for each row of a calendar file."""

import shlex
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from api.bootstrap import open_storage
from cli.app_context import open_context
from cli.bootstrap import load_settings_or_fail, resolve_organization_id
from cli.common_options import JsonOption, OrganizationOption
from cli.import_export import input_file
from cli.import_export.import_pipeline import ImportJob
from cli.import_export.import_run import ImportOptions, ImportRun
from cli.import_export.input_file import InputFile
from cli.import_export.rejects_file import open_rejects_file
from cli.interrupt import handle_interrupt
from cli.output import error_console, fail
from config.settings import Settings
from services.calendar_import import sheet_dates, text_lines
from services.calendar_import.csv_header import INPUT_COLUMNS
from services.calendar_import.rows import BadFile, ReadOptions
from services.context import AppContext

DELIMITERS = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";"}
ColumnMapOption = Annotated[
    list[str] | None,
    typer.Option(
        "--map",
        metavar="'THEIRS=OURS'",
        help="Our name for a column of the file; no name ignores it. May be repeated.",
    ),
]


def import_(  # noqa: PLR0913, PLR0917  (each is an option)
    file: Annotated[
        str, typer.Argument(help="A CSV, JSON Lines or XLSX file, or - for standard input.")
    ],
    org: OrganizationOption = None,
    media_base: Annotated[
        str | None, typer.Option(help="URL that relative media links are joined to.")
    ] = None,
    names: ColumnMapOption = None,
    delimiter: Annotated[
        str | None, typer.Option(help="Between cells: one character, or tab. Default: detected.")
    ] = None,
    date_format: Annotated[
        str | None,
        typer.Option(help="Of dates that do not begin with the year: DD.MM.YYYY, MM/DD/YYYY, …"),
    ] = None,
    encoding: Annotated[
        str | None, typer.Option(help="Of a text that is not UTF-8, such as windows-1252.")
    ] = None,
    sheet: Annotated[
        str | None, typer.Option(help="The sheet of a workbook that has several calendars.")
    ] = None,
    report: Annotated[
        Path | None,
        typer.Option(
            dir_okay=False, help="File for refused rows; default: FILE.errors.csv or .jsonl."
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Check everything, show the slots, store nothing.")
    ] = False,
    check_links: Annotated[
        bool, typer.Option("--check-links/--no-check-links", help="Check every link first.")
    ] = True,
    watch: Annotated[
        bool, typer.Option("--watch", help="Then follow the posts until they have ended.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Import a content calendar. Invalid rows are refused and listed, the others are imported.

    A row that was imported before is known: an interrupted import can simply be run again.
    Exit code 1 when a row was refused, 2 when the file is no calendar, 130 after Ctrl-C.

    Example: slotbeat posts import calendar.csv --map "Post text=caption" --dry-run
    """
    read_options = ReadOptions(
        media_base,
        _parse_column_map(names or []),
        _parse_delimiter(delimiter),
        _parse_option("--date-format", sheet_dates.parse_date_format, date_format),
        _parse_option("--encoding", text_lines.parse_encoding, encoding),
        sheet,
    )
    if report is not None and _is_same_file(report, file):
        fail("--report: is the calendar itself; name another file", as_json=as_json, code=2)
    rerun_options = _rerun_options(
        names or [],
        {
            "--org": org,
            "--media-base": media_base,
            "--delimiter": delimiter,
            "--date-format": date_format,
        },
    )
    import_options = ImportOptions(
        report, dry_run, watch and not dry_run, as_json, _rerun_command(rerun_options)
    )
    settings = load_settings_or_fail()
    context = open_context(settings)
    try:
        owner = resolve_organization_id(context.database, org)
        code = _run_import(
            file,
            read_options,
            import_options,
            _build_job(settings, context, owner, check_links=check_links),
        )
    finally:
        context.database.close()
    raise typer.Exit(code)


def _parse_column_map(given: list[str]) -> dict[str, str]:
    column_map: dict[str, str] = {}
    for text in given:
        theirs, sign, ours = (part.strip() for part in text.rpartition("="))
        if not sign or not theirs or (ours and ours not in INPUT_COLUMNS):
            columns = ", ".join(INPUT_COLUMNS)
            fail(f'--map: must be such as "Post text=caption", with one of: {columns}', code=2)
        column_map[theirs] = ours
    return column_map


def _parse_delimiter(text: str | None) -> str | None:
    delimiter = DELIMITERS.get(text, text) if text is not None else None
    if delimiter is not None and (len(delimiter) != 1 or delimiter in '"\r\n \0'):
        fail("--delimiter: must be one character that separates cells, or tab", code=2)
    return delimiter


def _parse_option(option: str, parse: Callable[[str], str], text: str | None) -> str | None:
    try:
        return parse(text) if text is not None else None
    except BadFile as error:
        fail(f"{option}: {error}", code=2)


def _is_same_file(report: Path, file: str) -> bool:
    try:
        return file != input_file.STANDARD_INPUT and report.samefile(file)
    except OSError:
        return False


def _rerun_options(names: Iterable[str], named: dict[str, str | None]) -> list[str]:
    """The options that the report needs too; it is always CSV in UTF-8, or JSON Lines."""
    found = [part for name, text in named.items() if text is not None for part in (name, text)]
    return [*found, *(part for text in names for part in ("--map", text))]


def _rerun_command(rerun_options: list[str]) -> Callable[[Path], str]:
    return lambda report: shlex.join(["slotbeat", "posts", "import", str(report), *rerun_options])


def _build_job(
    settings: Settings, context: AppContext, owner: str, *, check_links: bool
) -> ImportJob:
    def with_storage() -> AppContext:
        return replace(context, storage=open_storage(settings))

    return ImportJob(context, owner, Path(), with_storage, check_links)


def _run_import(
    file: str, read_options: ReadOptions, import_options: ImportOptions, job: ImportJob
) -> int:
    """The exit code."""
    with ExitStack() as stack:
        try:
            source = stack.enter_context(input_file.open_input_file(file, read_options))
        except (BadFile, OSError) as error:
            fail(f"{file}: {_error_message(error)}", as_json=import_options.as_json, code=2)
        job = replace(job, folder=source.folder)
        _print_file_kind(source, as_json=import_options.as_json)
        interrupt_handler = stack.enter_context(handle_interrupt(_print_stopping))
        rejects = stack.enter_context(
            open_rejects_file(source.file_summary, import_options.rejects_path, file)
        )
        return ImportRun(source, job, import_options, rejects, interrupt_handler).run()


def _print_file_kind(source: InputFile, *, as_json: bool) -> None:
    """Say what the file is where its name says something else."""
    is_workbook = source.file_summary.format == "xlsx"
    if is_workbook and not as_json and not source.name.lower().endswith((".xlsx", ".xlsm")):
        text = f"{source.name} is an Excel workbook (XLSX), and is read as one."
        error_console.print(text, markup=False, highlight=False)


def _error_message(error: BadFile | OSError) -> str:
    hint = '; --map "Post text=caption" names a column, --map "Notes=" ignores one'
    message = str(getattr(error, "strerror", None) or error)
    return message + (hint if "is no column" in message else "")


def _print_stopping() -> None:
    error_console.print(
        "Stopping after the current rows; Ctrl-C again stops at once.", highlight=False
    )
