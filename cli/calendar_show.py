"""`slotbeat calendar show`: slots with their seats, and posts, as an agenda."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Annotated, Any

import typer

from api.calendar.ranges import Stretch, stretch, zone_name
from api.calendar.view import view
from cli.around import opened, zone_of
from cli.options import Org
from cli.output import Json, console, print_json, say, table
from cli.times import by_clock
from models.store import clock
from scheduler.zones import zone as zone_called

MOST_DAYS = 92
AHEAD = timedelta(days=6)
CAPTION = 40
NAMES = ("day", "time", "seats", "post", "status", "platforms", "caption", "note")


def show(
    start: Annotated[
        str | None, typer.Option("--from", help="Date or instant; default: today.")
    ] = None,
    end: Annotated[
        str | None, typer.Option("--to", help="Date (included) or instant; default: a week on.")
    ] = None,
    timezone: Annotated[
        str | None, typer.Option(help="IANA time zone; default: the organization's.")
    ] = None,
    org: Org = None,
    as_json: Json = False,
) -> None:
    """Show the coming week: slots with their seats, and the posts in them and beside them.

    Example: slotbeat calendar show --from 2026-05-04 --to 2026-05-10
    """
    with opened(org) as (around, owner), around.database.read() as session:
        now = clock.now(session)
        zone = zone_name(timezone or zone_of(session, owner))
        asked = _asked(start, end, zone, now)
        shown = view(session, around.vault, owner, asked, now)
    # A source link may carry a signature.
    shown["posts"] = [
        {name: value for name, value in post.items() if not name.endswith("Url")}
        for post in shown["posts"]
    ]
    if as_json:
        print_json(shown)
        return
    title = f"{by_clock(asked.start, zone)} to {by_clock(asked.end, zone)} {zone}"
    console.print(table(title, NAMES, agenda(shown)))
    for sentence in sentences(shown):
        say(sentence)


def _asked(start: str | None, end: str | None, zone: str, now: datetime) -> Stretch:
    if start is None and end is None:
        today = now.astimezone(zone_called(zone)).date()
        start, end = today.isoformat(), (today + AHEAD).isoformat()
    return stretch(start, end, zone, now, MOST_DAYS)


def agenda(shown: dict[str, Any]) -> Iterator[list[object]]:
    """A row for each seat that is taken, each slot without any, and each post beside the slots."""
    last = None
    for at, seats, post, note in sorted(_entries(shown), key=lambda each: each[0]):
        day, _, reading = by_clock(at, shown["timezone"]).rpartition(" ")
        yield [day if day != last else "", reading, seats, *_cells(post), note]
        last = day


def _entries(
    shown: dict[str, Any],
) -> Iterator[tuple[datetime, str | None, dict[str, Any] | None, str | None]]:
    posts = {post["id"]: post for post in shown["posts"]}
    beside = dict(posts)
    for slot in shown["slots"]:
        at, seats = datetime.fromisoformat(slot["at"]), slot["seats"]
        words = f"{seats['taken']} of {seats['total']}"
        for id_ in slot["posts"] or [None]:
            beside.pop(id_, None)
            yield at, words, posts.get(id_), slot["note"]
    for post in beside.values():
        at = datetime.fromisoformat(post["scheduledFor"] or post["createdAt"])
        yield at, None, post, None


def _cells(post: dict[str, Any] | None) -> Iterable[object]:
    if post is None:
        return [None] * 4
    caption = " ".join(post["caption"].split())
    short = caption if len(caption) <= CAPTION else caption[: CAPTION - 1] + "…"
    return [post["id"], str(post["status"]), " ".join(post["platforms"]), short]


def sentences(shown: dict[str, Any]) -> Iterator[str]:
    """What to know beside the agenda."""
    if shown["backlog"]:
        yield f"{shown['backlog']} posts wait for a free seat."
    if shown["isPaused"]:
        yield "The queue is paused: no slot opens."
    for each in shown["blackouts"]:
        yield f"Blackout from {each['from']} to {each['to']}: no slots."
    for change in shown["clockChanges"]:
        yield change["note"]
