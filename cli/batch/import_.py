"""`slotbeat posts import`: a calendar becomes posts, each row once."""

import shlex
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from api.deps import Surroundings
from api.importing.header import COLUMNS
from api.importing.rows import BadFile, Reading
from api.opening import open_storage
from cli.around import open_surroundings
from cli.batch import source as sources
from cli.batch.course import Course, Wishes
from cli.batch.interrupt import interrupt
from cli.batch.pipeline import Order
from cli.batch.report_file import report_file
from cli.opening import organization_id, settings_or_fail
from cli.options import Org
from cli.output import Json, errors, fail
from config.settings import Settings

DELIMITERS = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";"}
Map = Annotated[
    list[str] | None,
    typer.Option(
        "--map",
        metavar="'THEIRS=OURS'",
        help="What a column of the file is; nothing behind = leaves it out. May be repeated.",
    ),
]


def import_(  # noqa: PLR0913, PLR0917  (each is an option)
    file: Annotated[str, typer.Argument(help="A CSV or JSON Lines file, or - for standard input.")],
    org: Org = None,
    media_base: Annotated[
        str | None, typer.Option(help="URL that relative media links are joined to.")
    ] = None,
    names: Map = None,
    delimiter: Annotated[
        str | None, typer.Option(help="What separates cells: one character, or tab. Found out.")
    ] = None,
    report: Annotated[
        Path | None,
        typer.Option(dir_okay=False, help="Where refused rows go; FILE.errors.csv or .jsonl."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Check everything, show the slots, keep nothing.")
    ] = False,
    check_links: Annotated[
        bool, typer.Option("--check-links/--no-check-links", help="Ask every link beforehand.")
    ] = True,
    watch: Annotated[
        bool, typer.Option("--watch", help="Then follow the posts until they have ended.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Import a content calendar. Rows that are wrong are named, the others go on.

    A row that was imported before is known: an import that was broken off is just run again.
    Exit code 1 when a row was refused, 2 when the file is no calendar, 130 after Ctrl-C.

    Example: slotbeat posts import calendar.csv --map "Post text=caption" --dry-run
    """
    how = Reading(media_base, _names(names or []), _delimiter(delimiter))
    if report is not None and _is_same(report, file):
        fail("--report: is the calendar itself; name another file", as_json=as_json, code=2)
    options = _options(org, media_base, names or [], delimiter)
    wishes = Wishes(report, dry_run, watch and not dry_run, as_json, _again(options))
    settings = settings_or_fail()
    around = open_surroundings(settings)
    try:
        owner = organization_id(around.database, org)
        code = _run(file, how, wishes, _order(settings, around, owner, checks_links=check_links))
    finally:
        around.database.close()
    raise typer.Exit(code)


def _names(given: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for text in given:
        theirs, sign, ours = (part.strip() for part in text.rpartition("="))
        if not sign or not theirs or (ours and ours not in COLUMNS):
            columns = ", ".join(COLUMNS)
            fail(f'--map: must be such as "Post text=caption", with one of: {columns}', code=2)
        found[theirs] = ours
    return found


def _delimiter(text: str | None) -> str | None:
    found = DELIMITERS.get(text, text) if text is not None else None
    if found is not None and (len(found) != 1 or found in '"\r\n \0'):
        fail("--delimiter: must be one character that separates cells, or tab", code=2)
    return found


def _is_same(report: Path, file: str) -> bool:
    try:
        return file != sources.STANDARD_INPUT and report.samefile(file)
    except OSError:
        return False


def _options(
    org: str | None, media_base: str | None, names: Iterable[str], delimiter: str | None
) -> list[str]:
    named = {"--org": org, "--media-base": media_base, "--delimiter": delimiter}
    found = [part for name, text in named.items() if text is not None for part in (name, text)]
    return [*found, *(part for text in names for part in ("--map", text))]


def _again(options: list[str]) -> Callable[[Path], str]:
    return lambda report: shlex.join(["slotbeat", "posts", "import", str(report), *options])


def _order(settings: Settings, around: Surroundings, owner: str, *, checks_links: bool) -> Order:
    def storing() -> Surroundings:
        return replace(around, storage=open_storage(settings))

    return Order(around, owner, Path(), storing, checks_links)


def _run(file: str, how: Reading, wishes: Wishes, order: Order) -> int:
    """The exit code."""
    with ExitStack() as stack:
        try:
            source = stack.enter_context(sources.opened(file, how))
        except (BadFile, OSError) as error:
            fail(f"{file}: {_reason(error)}", as_json=wishes.as_json, code=2)
        order = replace(order, folder=source.folder)
        heard = stack.enter_context(interrupt(_stopping))
        report = stack.enter_context(report_file(source.survey, wishes.report, file))
        return Course(source, order, wishes, report, heard).run()


def _reason(error: BadFile | OSError) -> str:
    hint = '; --map "Post text=caption" says what a column is, --map "Notes=" leaves one out'
    said = str(getattr(error, "strerror", None) or error)
    return said + (hint if "is no column" in said else "")


def _stopping() -> None:
    errors.print("Stopping behind the rows at hand; Ctrl-C again stops at once.", highlight=False)
