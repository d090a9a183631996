"""`slotbeat calendar simulate`: which posts would get which slots."""

from datetime import timedelta
from typing import Annotated, Any

import typer

from cli.common_options import JsonOption, OrganizationOption
from cli.output import build_table, console, fail, print_json


def simulate(  # noqa: PLR0913, PLR0917  (each is an option)
    posts_per_week: Annotated[int, typer.Option(min=0, max=100_000, help="How many posts arrive.")],
    rule: Annotated[
        list[str] | None,
        typer.Option(
            help="'1 10:00 Europe/Berlin' or '0 9 1,15 * * UTC'; default: the active rules."
        ),
    ] = None,
    per_slot: Annotated[int | None, typer.Option(min=1, max=100, help="Seats in a slot.")] = None,
    start: Annotated[str | None, typer.Option("--from", help="Instant; default: now.")] = None,
    end: Annotated[
        str | None, typer.Option("--to", help="Instant; default: 4 weeks later.")
    ] = None,
    outage: Annotated[
        list[str] | None, typer.Option(help="START/END, two instants; may be repeated.")
    ] = None,
    org: OrganizationOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show which post would get which slot, what is full, and what an outage would miss.

    Writes nothing.

    Example: slotbeat calendar simulate --rule '1 10:00 Europe/Berlin' --posts-per-week 2
    """
    from cli.bootstrap import load_settings_or_fail
    from cli.calendar.simulation_input import load_rules, parse_outage, parse_range
    from scheduler.seating.queue_simulation import SimulationInput
    from services.calendar import simulation_request

    since, until = parse_range(start, end)
    if (until - since) / timedelta(weeks=1) * posts_per_week > simulation_request.MAX_POSTS:
        most = simulation_request.MAX_POSTS
        fail(f"--posts-per-week: makes more than {most} posts from --from to --to", code=2)
    settings = load_settings_or_fail()
    rules, default_per_slot, blackout_dates = load_rules(rule, org)
    scenario = SimulationInput(
        rules=rules,
        start=since,
        end=until,
        posts_per_week=posts_per_week,
        per_slot=per_slot or default_per_slot,
        outages=[parse_outage(text) for text in outage or []],
        grace=timedelta(seconds=settings.missed_grace),
        blackout_dates=blackout_dates,
    )
    _print_simulation(simulation_request.run_simulation(scenario), as_json=as_json)


def _print_simulation(simulated: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_json(simulated)
        return
    rows = [
        (s["at"], s["local"], s["timezone"], " ".join(map(str, s["posts"])), _slot_note(s))
        for s in simulated["slots"]
    ]
    console.print(build_table("What if", ["at", "local", "timezone", "posts", "note"], rows))
    console.print(f"{len(simulated['waiting'])} posts find no slot in this time.", highlight=False)


def _slot_note(slot: dict[str, Any]) -> str:
    fate = slot["fate"] if slot["fate"] != "on time" and slot["posts"] else None
    return ", ".join(
        word for word in (slot["note"], "full" if slot["full"] else None, fate) if word
    )
