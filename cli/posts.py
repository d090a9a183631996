"""`slotbeat posts`: importing and listing."""

import sys
from pathlib import Path
from typing import IO, Annotated, Any

import typer

from api import answers
from api.deps import Surroundings
from api.importing.calendar_file import read
from api.importing.rows import BadFile
from cli import posts_one
from cli.around import open_surroundings
from cli.importing import Report, import_rows
from cli.opening import organization_id, settings_or_fail
from cli.output import Json, console, fail, print_json, table
from models.posts import Post
from models.store import history, posts, seats
from scheduler.release import NotHeld
from scheduler.release import release as release_post
from scheduler.zones import zone

app = typer.Typer(no_args_is_help=True, help="Posts.")
for _command in (posts_one.show, posts_one.retry, posts_one.cancel):
    app.command()(_command)
Org = Annotated[str | None, typer.Option("--org", help="Organization id; needed with several.")]


@app.command(name="import")
def import_(
    file: Annotated[str, typer.Argument(help="A CSV or JSON Lines file, or - for standard input.")],
    org: Org = None,
    media_base: Annotated[
        str | None, typer.Option(help="URL that relative media links are joined to.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Import a content calendar. Rows that are wrong are named, the others go on.

    Example: slotbeat posts import calendar.csv --media-base https://cdn.example.com/spring/
    """
    around = open_surroundings(settings_or_fail())
    owner = organization_id(around.database, org)
    try:
        with _opened(file) as handle:
            report = import_rows(around, owner, read(handle, media_base))
    except (BadFile, OSError) as error:
        fail(f"{file}: {error}", as_json=as_json, code=2)
    finally:
        around.database.close()
    print_json(report.as_json()) if as_json else _show(report)
    if report.refused:
        raise typer.Exit(1)


def _opened(file: str) -> IO[str]:
    if file == "-":
        return open(sys.stdin.fileno(), encoding="utf-8-sig", newline="", closefd=False)
    return Path(file).open(encoding="utf-8-sig", newline="")


def _show(report: Report) -> None:
    for row in report.refused:
        for problem in row["errors"]:
            line = f"row {row['row']} ({row['key']}): {problem['field']}: {problem['message']}"
            console.print(line, style="red", markup=False, highlight=False)
    console.print(
        f"{len(report.accepted)} accepted, {len(report.known)} known already, "
        f"{len(report.refused)} refused",
        highlight=False,
    )


@app.command(name="list")
def list_(org: Org = None, as_json: Json = False) -> None:
    """List the posts, most recent first, times in each post's own zone.

    Example: slotbeat posts list
    """
    around = open_surroundings(settings_or_fail())
    owner = organization_id(around.database, org)
    rows = listed(around, owner)
    around.database.close()
    if as_json:
        print_json({"posts": rows})
        return
    names = ["id", "type", "platforms", "slot", "status", "attempts", "reason"]
    cells = [[row[name] for name in names] for row in rows]
    console.print(table("Posts", names, cells))


@app.command()
def release(
    post_id: Annotated[str, typer.Argument(help="The id of a post that missed its slot.")],
    next_slot: Annotated[
        bool, typer.Option("--next-slot", help="Into the next free slot, instead of out now.")
    ] = False,
    org: Org = None,
    as_json: Json = False,
) -> None:
    """Let a post go that is held because it missed its slot.

    Example: slotbeat posts release 01a1ffe2812f71989636281eb0d02bec --next-slot
    """
    around = open_surroundings(settings_or_fail())
    owner = organization_id(around.database, org)
    try:
        with around.database.write() as session:
            settings = seats.lock_organization(session, owner)
            post = release_post(session, settings, post_id, around.terms, next_slot=next_slot)
            shown = _shown(post, 0)
    except NotHeld as error:
        fail(str(error), as_json=as_json)
    finally:
        around.database.close()
    if as_json:
        print_json(shown)
    else:
        console.print(f"{post_id}: {shown['status']}, {shown['slot']}", highlight=False)


def listed(around: Surroundings, owner: str) -> list[dict[str, Any]]:
    """The posts of an organization as this command shows them."""
    with around.database.read() as session:
        found = posts.recent(session, owner)
        attempts = history.calls_by_post(session, [post.id for post in found])
    return [_shown(post, attempts.get(post.id, 0)) for post in found]


def _shown(post: Post, attempts: int) -> dict[str, Any]:
    return {
        "id": post.id,
        "key": post.row_key,
        "type": post.post_type,
        "platforms": " ".join(post.platforms),
        "slot": local_time(post),
        "scheduledFor": answers.instant(post.scheduled_for),
        "status": str(post.status),
        "attempts": attempts,
        "reason": post.reason,
    }


def local_time(post: Post) -> str | None:
    """A post's slot by the wall clock of its zone, such as "Mon 2026-05-04 10:00 Europe/Berlin"."""
    if post.scheduled_for is None:
        return None
    local = post.scheduled_for.astimezone(zone(post.timezone))
    return f"{local:%a %Y-%m-%d %H:%M} {post.timezone}"
