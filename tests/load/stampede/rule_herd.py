"""Many organizations whose rules all name the same minute, inserted in bulk."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import psycopg
from sqlalchemy import insert, literal, select, text
from sqlmodel import Session

from benchmarks.api.seed_data import PostSeeder
from models.database import Database
from models.organizations import Organization, SocialSettings
from models.store import clock
from models.tables import QUEUE_SLOT
from scheduler.recurrence.slots import MAX_JITTER, opens_at

# All of them have UTC's time, all year. A rule comes once in an organization and zone.
ZONES = (
    "UTC", "Africa/Abidjan", "Africa/Accra", "Africa/Bamako", "Africa/Banjul", "Africa/Dakar",
    "Africa/Freetown", "Africa/Lome", "Africa/Nouakchott", "Atlantic/Reykjavik",
)  # fmt: skip
LEAD = timedelta(days=1)
ORGANIZATIONS = Organization.__table__  # type: ignore[attr-defined]
SETTINGS = SocialSettings.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class RuleHerd:
    """`rules` rules, ten for each organization; `waiting` posts in the backlogs of the first ones,
    one each."""

    database: Database
    rules: int
    waiting: int

    def insert(self) -> None:
        """Insert the organizations into an empty database, their rules, which do not fire yet, and
        the waiting posts."""
        owners = [f"{number:032x}" for number in range(self.rules // len(ZONES))]
        with self.database.write() as session:
            _insert_owners(session, owners)
            now = clock.now(session)
        for owner in owners[: self.waiting]:
            PostSeeder(self.database, owner, "", now).insert_posts("text", [None])
        with self.database.engine.connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("ANALYZE"))

    def fire_at(self, address: str, first: datetime, *, jitter: bool) -> datetime:
        """Let all rules fire: at `first`, or from then on by their jitter. Returns their slot."""
        slot = first + LEAD + (MAX_JITTER if jitter else timedelta())
        slot = slot.replace(second=0, microsecond=0) + timedelta(minutes=1)
        with psycopg.connect(address) as connection:
            connection.execute("CREATE TEMP TABLE plan (id bigint, fire_at timestamptz)")
            ids = [row[0] for row in connection.execute("SELECT id FROM queue_slot")]
            with connection.cursor() as cursor, cursor.copy("COPY plan FROM STDIN") as copy:
                for row in _plan(ids, slot, jitter=jitter):
                    copy.write_row(row)
            connection.execute(
                "UPDATE queue_slot SET rule = %s, next_local_at = %s, next_slot_at = %s,"
                " next_fire_at = fire_at FROM plan WHERE plan.id = queue_slot.id",
                (f"{slot.isoweekday() % 7} {slot:%H:%M}", slot.replace(tzinfo=None), slot),
            )
        return slot


def _plan(ids: list[int], slot: datetime, *, jitter: bool) -> Iterator[tuple[int, datetime]]:
    for id_ in ids:
        yield id_, opens_at(slot, LEAD, id_ if jitter else None)


def _insert_owners(session: Session, owners: list[str]) -> None:
    connection, now = session.connection(), clock.now(session)
    connection.execute(
        insert(ORGANIZATIONS), [{"id": each, "name": "Acme", "created_at": now} for each in owners]
    )
    columns = SocialSettings(organization_id="", default_platforms=["x"]).model_dump()
    connection.execute(insert(SETTINGS), [{**columns, "organization_id": each} for each in owners])
    fixed = {"rule": "1 09:00", "gap_policy": "forward", "overlap_policy": "first"}
    for zone in ZONES:
        values = {**fixed, "timezone": zone, "has_own_zone": True, "is_active": True}
        rows = select(ORGANIZATIONS.c.id, *map(literal, values.values()))
        connection.execute(insert(QUEUE_SLOT).from_select(["organization_id", *values], rows))
