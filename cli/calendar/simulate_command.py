"""`slotbeat calendar simulate`: which posts would get which slots."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import typer

from cli.app_context import open_organization
from cli.bootstrap import load_settings_or_fail
from cli.common_options import JsonOption, OrganizationOption
from cli.output import build_table, console, fail, print_json
from cli.parsing import parse_instant, parse_rule
from models.store.tenants import social_settings
from scheduler.recurrence import blackouts
from scheduler.recurrence.upcoming import QueueRule
from scheduler.seating.queue_simulation import SimulatedOutage, SimulationInput
from services.calendar import simulation_request

MAX_DAYS = simulation_request.MAX_DAYS


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
    since, until = _parse_range(start, end)
    if (until - since) / timedelta(weeks=1) * posts_per_week > simulation_request.MAX_POSTS:
        most = simulation_request.MAX_POSTS
        fail(f"--posts-per-week: makes more than {most} posts from --from to --to", code=2)
    settings = load_settings_or_fail()
    rules, default_per_slot, blackout_dates = _load_rules(rule, org)
    scenario = SimulationInput(
        rules=rules,
        start=since,
        end=until,
        posts_per_week=posts_per_week,
        per_slot=per_slot or default_per_slot,
        outages=[_parse_outage(text) for text in outage or []],
        grace=timedelta(seconds=settings.missed_grace),
        blackout_dates=blackout_dates,
    )
    _print_simulation(simulation_request.run_simulation(scenario), as_json=as_json)


def _parse_range(start: str | None, end: str | None) -> tuple[datetime, datetime]:
    since = parse_instant("--from", start) if start else datetime.now(UTC)
    until = parse_instant("--to", end) if end else since + simulation_request.DEFAULT_LENGTH
    if until <= since:
        fail("--to: must lie after --from", code=2)
    if until - since > timedelta(days=MAX_DAYS):
        fail(f"--to: must lie at most {MAX_DAYS} days after --from", code=2)
    return since, until


def _load_rules(
    rule_texts: list[str] | None, org: str | None
) -> tuple[list[QueueRule], int, blackouts.Blackouts]:
    """(rules, seats in a slot, blackouts): from `--rule`, otherwise from the organization."""
    if rule_texts:
        parsed = [parse_rule(text) for text in rule_texts]
        return (
            [QueueRule(number, each) for number, each in enumerate(parsed)],
            1,
            blackouts.NO_BLACKOUTS,
        )
    with open_organization(org) as (context, owner), context.database.read() as session:
        row = social_settings.read_settings(session, owner)
        rules, blackout_dates = simulation_request.active_rules(session, row)
    return rules, row.max_posts_per_slot, blackout_dates


def _parse_outage(text: str) -> SimulatedOutage:
    first, separator, last = text.partition("/")
    if not separator:
        fail(f"--outage: must be two instants with a / between, not {text!r}", code=2)
    start, end = parse_instant("--outage", first), parse_instant("--outage", last)
    if end <= start:
        fail(f"--outage: must end after it begins, not {text!r}", code=2)
    return SimulatedOutage(start, end)


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
