"""One run of `slotbeat posts import`, from opening the file to the exit code."""

from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from api.bootstrap import open_storage
from cli.app_context import open_context
from cli.bootstrap import load_settings_or_fail, resolve_organization_id
from cli.import_export import input_file
from cli.import_export.import_pipeline import ImportJob
from cli.import_export.import_run import ImportOptions, ImportRun
from cli.import_export.input_file import InputFile
from cli.import_export.rejects_file import open_rejects_file
from cli.interrupt import handle_interrupt
from cli.output import error_console, fail
from config.settings import Settings
from services.calendar_import.rows import BadFile, ReadOptions
from services.context import AppContext


def run_import(
    file: str,
    org: str | None,
    read_options: ReadOptions,
    import_options: ImportOptions,
    *,
    check_links: bool,
) -> int:
    """Import the file into the organization; the exit code."""
    settings = load_settings_or_fail()
    context = open_context(settings)
    try:
        owner = resolve_organization_id(context.database, org)
        job = _build_job(settings, context, owner, check_links=check_links)
        return _import(file, read_options, import_options, job)
    finally:
        context.database.close()


def _build_job(
    settings: Settings, context: AppContext, owner: str, *, check_links: bool
) -> ImportJob:
    def with_storage() -> AppContext:
        return replace(context, storage=open_storage(settings))

    return ImportJob(context, owner, Path(), with_storage, check_links, settings.contact)


def _import(
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
