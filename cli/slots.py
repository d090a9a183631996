"""`slotbeat slots`: looking ahead, and re-planning."""

from datetime import UTC, datetime
from itertools import islice
from typing import Annotated, Any

import typer

from cli.arguments import instant, pattern, zone_name
from cli.options import Org
from cli.output import Json, console, print_json, say, table
from cli.times import iso
from scheduler.occurrences import Rule, occurrences
from scheduler.slots import Gap, Overlap, Slot

app = typer.Typer(
    no_args_is_help=True, add_completion=False, help="Slots: the instants that rules mean."
)


@app.command()
def preview(  # noqa: PLR0913, PLR0917  (each is an option)
    timezone: Annotated[str, typer.Option(help="IANA time zone of the wall clock.")],
    day_of_week: Annotated[int | None, typer.Option(help="0 (Sunday) to 6 (Saturday).")] = None,
    time: Annotated[str | None, typer.Option(help="HH:mm.")] = None,
    cron: Annotated[
        str | None, typer.Option(help="Five cron fields, instead of day and time.")
    ] = None,
    start: Annotated[
        str | None, typer.Option("--from", help="Instant to begin after; now.")
    ] = None,
    count: Annotated[int, typer.Option(min=1, max=10_000, help="How many slots.")] = 10,
    gap: Annotated[Gap, typer.Option(help="A reading that the clock jumps over.")] = Gap.FORWARD,
    overlap: Annotated[Overlap, typer.Option(help="Of two equal readings.")] = Overlap.FIRST,
    as_json: Json = False,
) -> None:
    """Show the slots of a rule, with what clock changes do to them.

    Example: slotbeat slots preview --day-of-week 0 --time 02:30 --timezone America/New_York
    """
    zone = zone_name("--timezone", timezone)
    rule = Rule(pattern(day_of_week, time, cron), zone, gap=gap, overlap=overlap)
    after = instant("--from", start) if start else datetime.now(UTC)
    slots = [_shown(slot, zone) for slot in islice(occurrences(rule, after), count)]
    if as_json:
        print_json({"slots": slots})
        return
    console.print(table("Slots", ["at", "local", "timezone", "note"], map(_cells, slots)))
    if not slots:
        say("This rule has no slot.")


def _shown(slot: Slot, zone: str) -> dict[str, Any]:
    local = slot.local.isoformat(timespec="seconds")
    return {"at": iso(slot.at), "local": local, "timezone": zone, "note": slot.note}


def _cells(slot: dict[str, Any]) -> list[object]:
    """With the day of the week, which JSON leaves to the reader."""
    there = datetime.fromisoformat(slot["local"])
    return [slot["at"], f"{there:%a %Y-%m-%d %H:%M}", slot["timezone"], slot["note"]]


@app.command()
def replan(
    org: Org = None,
    every: Annotated[bool, typer.Option("--all", help="All organizations.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would move.")] = False,
    as_json: Json = False,
) -> None:
    """Move posts whose slot was removed, blacked out, or moved by a new zone database.

    Example: slotbeat slots replan --all --dry-run
    """
    # A preview needs no database, and is ready in a fraction of the time.
    from cli.replanning import Replanned, replanned  # noqa: PLC0415

    done: Replanned = replanned(org, every=every, dry_run=dry_run)
    if as_json:
        print_json({"dryRun": dry_run, "moves": done.moves})
        return
    word = "would move" if dry_run else "moved"
    title = f"{len(done.moves)} posts {word}"
    console.print(table(title, ["post", "from", "to", "why"], done.cells))
