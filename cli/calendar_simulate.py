"""`slotbeat calendar simulate`: what if."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import typer

from api.calendar import simulation
from cli.arguments import instant, written_rule
from cli.around import opened
from cli.opening import settings_or_fail
from cli.options import Org
from cli.output import Json, console, fail, print_json, table
from models.store import seats
from scheduler import blackouts
from scheduler.upcoming import QueueRule
from scheduler.what_if import Outage, Question

MOST_DAYS = simulation.MOST_DAYS


def simulate(  # noqa: PLR0913, PLR0917  (each is an option)
    posts_per_week: Annotated[int, typer.Option(min=0, max=100_000, help="How many arrive.")],
    rule: Annotated[
        list[str] | None,
        typer.Option(
            help="'1 10:00 Europe/Berlin' or '0 9 1,15 * * UTC'; default: those in force."
        ),
    ] = None,
    per_slot: Annotated[int | None, typer.Option(min=1, max=100, help="Seats in a slot.")] = None,
    start: Annotated[str | None, typer.Option("--from", help="Instant; default: now.")] = None,
    end: Annotated[str | None, typer.Option("--to", help="Instant; default: 4 weeks on.")] = None,
    outage: Annotated[
        list[str] | None, typer.Option(help="START/END, two instants; may be repeated.")
    ] = None,
    org: Org = None,
    as_json: Json = False,
) -> None:
    """Show which post would get which slot, what is full, and what an outage would miss.

    Writes nothing.

    Example: slotbeat calendar simulate --rule '1 10:00 Europe/Berlin' --posts-per-week 2
    """
    since, until = _stretch(start, end)
    if (until - since) / timedelta(weeks=1) * posts_per_week > simulation.MOST_POSTS:
        most = simulation.MOST_POSTS
        fail(f"--posts-per-week: makes more than {most} posts from --from to --to", code=2)
    settings = settings_or_fail()
    rules, seats_each, closed = _rules(rule, org)
    question = Question(
        rules=rules,
        start=since,
        end=until,
        posts_per_week=posts_per_week,
        per_slot=per_slot or seats_each,
        outages=[_outage(text) for text in outage or []],
        grace=timedelta(seconds=settings.missed_grace),
        closed=closed,
    )
    _print(simulation.simulated(question), as_json=as_json)


def _stretch(start: str | None, end: str | None) -> tuple[datetime, datetime]:
    since = instant("--from", start) if start else datetime.now(UTC)
    until = instant("--to", end) if end else since + simulation.DEFAULT_LENGTH
    if until <= since:
        fail("--to: must lie after --from", code=2)
    if until - since > timedelta(days=MOST_DAYS):
        fail(f"--to: must lie at most {MOST_DAYS} days after --from", code=2)
    return since, until


def _rules(
    written: list[str] | None, org: str | None
) -> tuple[list[QueueRule], int, blackouts.Blackouts]:
    """The rules asked about with their seats a slot: those given, else an organization's."""
    if written:
        parsed = [written_rule(text) for text in written]
        return [QueueRule(number, each) for number, each in enumerate(parsed)], 1, blackouts.NONE
    with opened(org) as (around, owner), around.database.read() as session:
        row = seats.read_settings(session, owner)
        rules, closed = simulation.in_force(session, row)
    return rules, row.max_posts_per_slot, closed


def _outage(text: str) -> Outage:
    first, mark, last = text.partition("/")
    if not mark:
        fail(f"--outage: must be two instants with a / between, not {text!r}", code=2)
    start, end = instant("--outage", first), instant("--outage", last)
    if end <= start:
        fail(f"--outage: must end after it begins, not {text!r}", code=2)
    return Outage(start, end)


def _print(shown: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_json(shown)
        return
    rows = [
        (s["at"], s["local"], s["timezone"], " ".join(map(str, s["posts"])), _words(s))
        for s in shown["slots"]
    ]
    console.print(table("What if", ["at", "local", "timezone", "posts", "note"], rows))
    console.print(f"{len(shown['waiting'])} posts find no slot in this time.", highlight=False)


def _words(slot: dict[str, Any]) -> str:
    fate = slot["fate"] if slot["fate"] != "on time" and slot["posts"] else None
    return ", ".join(
        word for word in (slot["note"], "full" if slot["full"] else None, fate) if word
    )
