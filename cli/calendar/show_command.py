"""`slotbeat calendar show`: slots with their seats, and posts, as an agenda."""

from typing import Annotated

import typer

from cli.common_options import JsonOption, OrganizationOption
from cli.output import build_table, console, print_json, print_line
from cli.without_links import without_links


def show(
    start: Annotated[
        str | None, typer.Option("--from", help="Date or instant; default: today.")
    ] = None,
    end: Annotated[
        str | None, typer.Option("--to", help="Date (included) or instant; default: a week later.")
    ] = None,
    timezone: Annotated[
        str | None, typer.Option(help="IANA time zone; default: the organization's.")
    ] = None,
    org: OrganizationOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show the coming week: slots with their seats, and posts inside and outside of slots.

    Example: slotbeat calendar show --from 2026-05-04 --to 2026-05-10
    """
    from cli.app_context import open_organization, organization_timezone
    from cli.calendar import agenda
    from cli.time_format import format_wall_clock
    from models.store import clock
    from services.calendar.calendar_view import load_calendar_view
    from services.time_input import zone_or_default

    with open_organization(org) as (context, owner), context.database.read() as session:
        now = clock.now(session)
        zone = zone_or_default(timezone, organization_timezone(session, owner))
        time_range = agenda.requested_range(start, end, zone, now)
        calendar_view = load_calendar_view(session, context.cipher, owner, time_range, now)
    calendar_view["posts"] = without_links(calendar_view["posts"])
    if as_json:
        print_json(calendar_view)
        return
    start, end = (format_wall_clock(at, zone) for at in (time_range.start, time_range.end))
    title = f"{start} to {end} {zone}"
    console.print(build_table(title, agenda.COLUMNS, agenda.agenda_rows(calendar_view)))
    for sentence in agenda.build_notes(calendar_view):
        print_line(sentence)
