"""What `slotbeat calendar simulate` reads: a range, rules and outages."""

from datetime import UTC, datetime, timedelta

from cli.app_context import open_organization
from cli.output import fail
from cli.parsing import parse_instant, parse_rule
from models.store.tenants import social_settings
from scheduler.recurrence import blackouts
from scheduler.recurrence.upcoming import QueueRule
from scheduler.seating.queue_simulation import SimulatedOutage
from services.calendar import simulation_request

MAX_DAYS = simulation_request.MAX_DAYS


def parse_range(start: str | None, end: str | None) -> tuple[datetime, datetime]:
    """The instants of `--from` and `--to`, or their defaults."""
    since = parse_instant("--from", start) if start else datetime.now(UTC)
    until = parse_instant("--to", end) if end else since + simulation_request.DEFAULT_LENGTH
    if until <= since:
        fail("--to: must lie after --from", code=2)
    if until - since > timedelta(days=MAX_DAYS):
        fail(f"--to: must lie at most {MAX_DAYS} days after --from", code=2)
    return since, until


def load_rules(
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


def parse_outage(text: str) -> SimulatedOutage:
    """An outage, from two instants with a / between."""
    first, separator, last = text.partition("/")
    if not separator:
        fail(f"--outage: must be two instants with a / between, not {text!r}", code=2)
    start, end = parse_instant("--outage", first), parse_instant("--outage", last)
    if end <= start:
        fail(f"--outage: must end after it begins, not {text!r}", code=2)
    return SimulatedOutage(start, end)
