"""Creates organizations, rules and posts for the scheduler's tests, and starts their scripts."""

import sys
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import insert, select

from models.database import Database
from models.organizations import SocialSettings
from models.posts import Post
from models.queue_slots import Seat
from models.store import clock
from models.store.queue import queue_slots
from models.store.tenants import organizations, social_settings
from models.tables import FIRING, QUEUE_SLOT, SEAT
from scheduler.recurrence.dst_policy import resolve_local_time
from scheduler.recurrence.occurrences import Rule
from scheduler.recurrence.patterns import WeeklyPattern
from scheduler.recurrence.timezones import load_zone
from scheduler.seating.replace_rules import replace_rules
from scheduler.seating.scheduling_config import SchedulingConfig
from services.inputs.post_bodies import PublishBody
from services.posts.publish import accept_post
from tests.paths import ROOT
from tests.processes import Process
from tests.service_context import build_test_context

LEAD = timedelta(hours=24)
SCHEDULING = SchedulingConfig(lead_time=LEAD)


def database_now(database: Database) -> datetime:
    """The database's clock."""
    with database.read() as session:
        return clock.now(session)


def add_organization(database: Database, rules: Sequence[Rule] = (), per_slot: int = 1) -> str:
    """Create an organization with rules and `per_slot` seats a slot; returns its id."""
    with database.write() as session:
        organization, _ = organizations.create(session, "Acme", "simulator")
        settings = session.get_one(SocialSettings, organization.id)
        settings.max_posts_per_slot, settings.default_platforms = per_slot, ["x"]
        session.add(settings)
    write_rules(database, organization.id, rules)
    return organization.id


def write_rules(database: Database, organization_id: str, rules: Sequence[Rule]) -> None:
    """Replace the organization's rules."""
    with database.write() as session:
        settings = social_settings.lock_organization(session, organization_id)
        replace_rules(session, settings, rules, clock.now(session), LEAD)


def rule_near(instant: datetime, zone_name: str = "UTC") -> Rule:
    """The weekly rule in a zone that has a slot in this minute."""
    local = instant.astimezone(load_zone(zone_name))
    clock_time = local.time().replace(second=0, microsecond=0)
    return Rule(WeeklyPattern((local.weekday() + 1) % 7, clock_time), zone_name)


def queue_post(database: Database, organization_id: str, caption: str = "Hello") -> Post:
    """Accept a post for the next free slot, as the API does."""
    body = PublishBody(postType="text", caption=caption, publishMode="next_slot")
    with database.write() as session:
        return accept_post(
            session, build_test_context(database, SCHEDULING), organization_id, body
        ).post


def list_taken_seats(database: Database, organization_id: str) -> list[Seat]:
    """All seats, in the order of their slots and numbers."""
    query = (
        select(SEAT)
        .where(SEAT.c.organization_id == organization_id)
        .order_by(SEAT.c.slot_at, SEAT.c.queue_slot_id, SEAT.c.number)
    )
    with database.read() as session:
        return [Seat(**row) for row in session.connection().execute(query).mappings()]


def add_due_rules(
    database: Database, count: int, first_local: datetime, zones: Sequence[str] = ("UTC",)
) -> list[tuple[int, datetime]]:
    """Insert rules a minute apart, from `first_local` on; returns (id, local time) of each."""
    organization_id = add_organization(database)
    rows = []
    for number in range(count):
        name = zones[number % len(zones)]
        local = first_local + timedelta(minutes=number)
        slot = resolve_local_time(local, name)
        assert slot is not None
        rows.append(
            {
                "organization_id": organization_id,
                "rule": f"{(local.weekday() + 1) % 7} {local:%H:%M}",
                "timezone": name,
                "gap_policy": "forward",
                "overlap_policy": "first",
                "has_own_zone": True,
                "is_active": True,
                "next_local_at": local,
                "next_slot_at": slot.at,
                "next_fire_at": slot.at - LEAD,
            }
        )
    with database.write() as session:
        session.connection().execute(insert(QUEUE_SLOT), rows)
        stored = queue_slots.list_all(session, organization_id)
    return [(row.id or 0, row.next_local_at or first_local) for row in stored]


def list_fired(database: Database) -> list[tuple[int, datetime]]:
    """(queue slot, local date and time) of all firings, sorted."""
    query = select(FIRING.c.queue_slot_id, FIRING.c.local_at).order_by(
        FIRING.c.queue_slot_id, FIRING.c.local_at
    )
    with database.read() as session:
        return [(row[0], row[1]) for row in session.connection().execute(query)]


def start_script(name: str, log: Path, *arguments: object) -> Process:
    """Start a script of this folder as a process."""
    module = f"tests.integration.scheduler.{name}"
    command = [sys.executable, "-m", module, *(str(each) for each in arguments)]
    return Process(command, log=log, cwd=ROOT)


def database_url(database: Database) -> str:
    """The database's URL, for another process."""
    return database.url.render_as_string(hide_password=False)
