"""`slotbeat posts import`: creates one post for each row of a calendar file."""

from pathlib import Path
from typing import Annotated

import typer

from cli.common_options import JsonOption, OrganizationOption
from cli.output import fail

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
    label: Annotated[
        str | None, typer.Option(help="All posts get this label, beside their own.")
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
    from cli.import_export import import_options
    from cli.import_export.file_import import run_import
    from cli.import_export.import_run import ImportOptions

    read_options = import_options.parse_read_options(
        media_base, names or [], delimiter, date_format, encoding, sheet, label
    )
    if report is not None and import_options.is_same_file(report, file):
        fail("--report: is the calendar itself; name another file", as_json=as_json, code=2)
    rerun = import_options.rerun_command(
        names or [],
        {
            "--org": org,
            "--media-base": media_base,
            "--delimiter": delimiter,
            "--date-format": date_format,
            "--label": label,
        },
    )
    options = ImportOptions(report, dry_run, watch and not dry_run, as_json, rerun)
    raise typer.Exit(run_import(file, org, read_options, options, check_links=check_links))
