"""Slotbeat's own beat, as `celery -A scheduler.app beat` runs it."""

from datetime import timedelta

from celery import Celery
from pydantic import SecretStr
from sqlalchemy import (
    Column,
    Integer,
    MetaData,
    String,
    Table,
    delete,
    insert,
    literal,
    select,
    text,
    update,
)
from sqlmodel import Session

from benchmarks.beat.candidates.base import LOOP_INTERVAL, BeatCandidate
from benchmarks.beat.rule_set import BLOCKS, RULES_PER_ORGANIZATION, template_rules
from config.settings import Settings
from models.beat_wakeup import request_wakeup
from models.database import Database
from models.migrate import upgrade
from models.organizations import Organization, SocialSettings
from models.store import clock
from models.tables import FIRING, JOB, QUEUE_SLOT
from scheduler import app as scheduler_app
from scheduler import beat, dispatch
from scheduler.recurrence.dst_policy import resolve_local_time

# Short, so that no rule opens before the other candidates' rules are due.
LEAD = timedelta(hours=1)
# No worker claims anything here, so the limit of unclaimed jobs must not apply.
WINDOW = 1_000_000
RESEND_AFTER = timedelta(hours=1)
ORGANIZATION: Table = Organization.__table__  # type: ignore[attr-defined]
SETTINGS: Table = SocialSettings.__table__  # type: ignore[attr-defined]
COPIED_COLUMNS = ("rule", "timezone", "next_local_at", "next_slot_at", "next_fire_at")
SCRATCH = MetaData()
TEMPLATE = Table(
    "benchmark_template",
    SCRATCH,
    Column("number", Integer, primary_key=True),
    *(Column(name, QUEUE_SLOT.c[name].type) for name in COPIED_COLUMNS),
)
OWNER = Table(
    "benchmark_owner",
    SCRATCH,
    Column("number", Integer, primary_key=True),
    Column("id", String),
)


class Ours(BeatCandidate):
    """`scheduler.beat` on a Slotbeat database."""

    database: Database

    def insert_rules(self) -> None:
        """Migrate the database, and copy the template rules to all organizations in SQL."""
        database = Database(self.candidate_config.database_url)
        upgrade(database)
        SCRATCH.create_all(database.engine)
        with database.write() as session:
            _add_owners(session, self.candidate_config.size // RULES_PER_ORGANIZATION)
            _add_templates(session)
            _copy_rules_to_organizations(session)
        SCRATCH.drop_all(database.engine)
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as raw:
            raw.execute(text("ANALYZE" if database.is_sqlite else "VACUUM ANALYZE"))
        database.close()

    def make_app(self) -> Celery:
        """The app of `scheduler.app`, with a large window."""
        # A job of a long burst must not be sent twice.
        beat.RESEND_AFTER = dispatch.RESEND_AFTER = RESEND_AFTER  # type: ignore[attr-defined]
        settings = Settings(
            database_url=self.candidate_config.database_url,
            broker_url=self.candidate_config.broker_url,
            secret_key=SecretStr("a secret for the benchmark"),
        )
        app = scheduler_app.create_app(settings)
        self.database = Database(self.candidate_config.database_url)
        ticker = beat.Ticker(self.database, LEAD, LOOP_INTERVAL, WINDOW)
        app.conf.beat_scheduler = beat.scheduler_class(ticker)
        app.conf.beat_max_loop_interval = LOOP_INTERVAL
        return app

    def tick(self) -> float:
        """One tick, without the sleep that Celery's beat leaves to it."""
        return float(self.scheduler.run_tick())

    def sleep(self, seconds: float) -> None:
        """Sleep, or until a change is announced."""
        self.scheduler.ticker.sleep(seconds)

    def make_due(self, count: int) -> None:
        """Every n-th rule is due."""
        self._bring_forward(self.database, self.candidate_config.size // count)

    def discard_work(self) -> None:
        """Delete the firings and their jobs."""
        with self.database.write() as session:
            for table in (JOB, FIRING):
                session.connection().execute(delete(table))

    def change(self) -> None:
        """One rule's next slot opens now."""
        database = Database(self.candidate_config.database_url)
        self._bring_forward(database, self.candidate_config.size)
        database.close()

    def _bring_forward(self, database: Database, step: int) -> None:
        with database.write() as session:
            session.connection().execute(
                update(QUEUE_SLOT)
                .where(QUEUE_SLOT.c.id % step == 0)
                .values(next_fire_at=clock.now(session) - timedelta(seconds=1))
            )
            request_wakeup(session)


def _add_owners(session: Session, count: int) -> None:
    now = clock.now(session)
    owners = [{"number": number, "id": f"{number:032x}"} for number in range(count)]
    connection = session.connection()
    connection.execute(insert(OWNER), owners)
    rows = [{"id": owner["id"], "name": "Acme", "created_at": now} for owner in owners]
    connection.execute(insert(ORGANIZATION), rows)
    defaults = SocialSettings(organization_id="").model_dump(exclude={"organization_id"})
    connection.execute(
        insert(SETTINGS), [{"organization_id": row["id"], **defaults} for row in rows]
    )


def _add_templates(session: Session) -> None:
    rows = []
    for rule in template_rules(clock.now(session)):
        slot = resolve_local_time(rule.local, rule.zone)
        if slot is None:
            continue
        rows.append(
            {
                "number": rule.number,
                "rule": f"{rule.day_of_week} {rule.local:%H:%M}",
                "timezone": rule.zone,
                "next_local_at": rule.local,
                "next_slot_at": slot.at,
                "next_fire_at": slot.at - LEAD,
            }
        )
    session.connection().execute(insert(TEMPLATE), rows)


def _copy_rules_to_organizations(session: Session) -> None:
    """Every organization gets a block of the templates."""
    fixed = {"gap_policy": "forward", "overlap_policy": "first", "has_own_zone": True}
    rows = (
        select(
            OWNER.c.id,
            *(TEMPLATE.c[name] for name in COPIED_COLUMNS),
            *(literal(value) for value in fixed.values()),
            literal(True),
        )
        .join(TEMPLATE, TEMPLATE.c.number // RULES_PER_ORGANIZATION == OWNER.c.number % BLOCKS)
        .order_by(OWNER.c.number, TEMPLATE.c.number)
    )
    names = ["organization_id", *COPIED_COLUMNS, *fixed, "is_active"]
    session.connection().execute(insert(QUEUE_SLOT).from_select(names, rows))
