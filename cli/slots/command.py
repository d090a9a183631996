"""The `slotbeat slots` group and its commands: `preview` and `replan`."""

from datetime import UTC, datetime
from itertools import islice
from typing import Annotated, Any

import typer

from cli.common_options import JsonOption, OrganizationOption
from cli.output import build_table, console, print_json, print_line
from cli.parsing import parse_instant, parse_pattern, parse_timezone
from cli.time_format import format_iso
from scheduler.recurrence.dst_policy import GapPolicy, OverlapPolicy
from scheduler.recurrence.occurrences import Rule, occurrences
from scheduler.recurrence.slots import Slot

app = typer.Typer(
    no_args_is_help=True, add_completion=False, help="Slots: preview a rule's slots, replan posts."
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
        str | None, typer.Option("--from", help="Instant to begin after; default: now.")
    ] = None,
    count: Annotated[int, typer.Option(min=1, max=10_000, help="How many slots.")] = 10,
    gap: Annotated[
        GapPolicy, typer.Option(help="What to do with a local time that the clock skips.")
    ] = GapPolicy.FORWARD,
    overlap: Annotated[
        OverlapPolicy, typer.Option(help="Which one of a local time that comes twice.")
    ] = OverlapPolicy.FIRST,
    as_json: JsonOption = False,
) -> None:
    """Show the slots of a rule, and how clock changes affect them.

    Example: slotbeat slots preview --day-of-week 0 --time 02:30 --timezone America/New_York
    """
    zone = parse_timezone("--timezone", timezone)
    rule = Rule(parse_pattern(day_of_week, time, cron), zone, gap=gap, overlap=overlap)
    after = parse_instant("--from", start) if start else datetime.now(UTC)
    slots = [_slot_json(slot, zone) for slot in islice(occurrences(rule, after), count)]
    if as_json:
        print_json({"slots": slots})
        return
    console.print(build_table("Slots", ["at", "local", "timezone", "note"], map(_table_row, slots)))
    if not slots:
        print_line("This rule has no slot.")


def _slot_json(slot: Slot, zone: str) -> dict[str, Any]:
    local = slot.local.isoformat(timespec="seconds")
    return {"at": format_iso(slot.at), "local": local, "timezone": zone, "note": slot.note}


def _table_row(slot: dict[str, Any]) -> list[object]:
    """The cells of a slot; the local time has the day of the week, which JSON does not have."""
    local_time = datetime.fromisoformat(slot["local"])
    return [slot["at"], f"{local_time:%a %Y-%m-%d %H:%M}", slot["timezone"], slot["note"]]


@app.command()
def replan(
    org: OrganizationOption = None,
    every: Annotated[bool, typer.Option("--all", help="All organizations.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would move.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Move posts whose slot was removed, blacked out, or moved by a new zone database.

    Example: slotbeat slots replan --all --dry-run
    """
    from cli.slots.replan import replan_organizations

    result = replan_organizations(org, all_organizations=every, dry_run=dry_run)
    if as_json:
        print_json({"dryRun": dry_run, "moves": result.moves})
        return
    verb = "would move" if dry_run else "moved"
    title = f"{len(result.moves)} posts {verb}"
    console.print(build_table(title, ["post", "from", "to", "why"], result.table_rows))
