"""`slotbeat slots`: looking ahead, and re-planning."""

from datetime import UTC, datetime
from itertools import islice
from typing import Annotated, Any

import typer

from api import answers
from api.deps import Surroundings
from api.routes.queue import plan_moves, shown
from cli.arguments import instant, pattern, zone_name
from cli.around import open_surroundings
from cli.opening import organization_id, settings_or_fail
from cli.output import Json, console, print_json, table
from models.store import organizations
from models.upgrade import record_zone_data
from scheduler.occurrences import Rule, occurrences
from scheduler.slots import Gap, Overlap, Slot

app = typer.Typer(no_args_is_help=True, help="Slots: the instants that rules mean.")


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
    rows = [list(slot.values()) for slot in slots]
    console.print(table("Slots", ["at", "local", "timezone", "note"], rows))


def _shown(slot: Slot, zone: str) -> dict[str, Any]:
    return {
        "at": answers.instant(slot.at),
        "local": slot.local.isoformat(timespec="seconds"),
        "timezone": zone,
        "note": slot.note,
    }


@app.command()
def replan(
    org: Annotated[str | None, typer.Option(help="Organization id; needed with several.")] = None,
    every: Annotated[bool, typer.Option("--all", help="All organizations.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would move.")] = False,
    as_json: Json = False,
) -> None:
    """Move posts whose slot was removed, blacked out, or moved by a new zone database.

    Example: slotbeat slots replan --all --dry-run
    """
    around = open_surroundings(settings_or_fail())
    owners = _everybody(around) if every else [organization_id(around.database, org)]
    moves = [shown(move) for owner in owners for move in plan_moves(around, owner, dry_run=dry_run)]
    if every and not dry_run:
        record_zone_data(around.database)
    around.database.close()
    if as_json:
        print_json({"dryRun": dry_run, "moves": moves})
        return
    word = "would move" if dry_run else "moved"
    rows = [list(move.values()) for move in moves]
    console.print(table(f"{len(moves)} posts {word}", ["post", "from", "to", "why"], rows))


def _everybody(around: Surroundings) -> list[str]:
    with around.database.read() as session:
        return [organization.id for organization in organizations.listed(session)]
