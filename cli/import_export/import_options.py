"""Reads the options of `slotbeat posts import`."""

import shlex
from collections.abc import Callable, Iterable
from pathlib import Path

from cli.import_export import input_file
from cli.output import fail
from services.calendar_import import sheet_dates, text_lines
from services.calendar_import.column_map import parse_label
from services.calendar_import.csv_header import INPUT_COLUMNS
from services.calendar_import.rows import BadFile, ReadOptions

DELIMITERS = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";"}


def parse_read_options(
    media_base: str | None,
    names: list[str],
    delimiter: str | None,
    date_format: str | None,
    encoding: str | None,
    sheet: str | None,
    label: str | None,
) -> ReadOptions:
    """How to read the file. Ends the command with the name of the option that is wrong."""
    return ReadOptions(
        media_base,
        _parse_column_map(names),
        _parse_delimiter(delimiter),
        _parse_option("--date-format", sheet_dates.parse_date_format, date_format),
        _parse_option("--encoding", text_lines.parse_encoding, encoding),
        sheet,
        _parse_option("--label", parse_label, label),
    )


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


def is_same_file(report: Path, file: str) -> bool:
    """Whether the report would be written over the calendar."""
    try:
        return file != input_file.STANDARD_INPUT and report.samefile(file)
    except OSError:
        return False


def rerun_command(names: Iterable[str], named: dict[str, str | None]) -> Callable[[Path], str]:
    """The command that imports a report, with the options that it needs too; the report is always
    CSV in UTF-8, or JSON Lines."""
    options = [part for name, text in named.items() if text is not None for part in (name, text)]
    options += [part for text in names for part in ("--map", text)]
    return lambda report: shlex.join(["slotbeat", "posts", "import", str(report), *options])
