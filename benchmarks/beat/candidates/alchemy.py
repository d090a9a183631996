"""sqlalchemy-celery-beat: rules in a database, all of them loaded at each change."""

from datetime import UTC, datetime, timedelta

from celery import Celery
from sqlalchemy import Engine, insert, update
from sqlalchemy_celery_beat import models
from sqlalchemy_celery_beat.schedulers import session_manager

from benchmarks.beat.candidates.base import TASK, BeatCandidate, plain_app
from benchmarks.beat.rule_set import TEMPLATE_COUNT, template_rules

CHUNK = 5_000
# Higher than any id of the sequence here.
FIRST_ID = 10_000_000


class Alchemy(BeatCandidate):
    """`sqlalchemy_celery_beat.schedulers:DatabaseScheduler`."""

    def insert_rules(self) -> None:
        """Let the library create its tables, and insert the rules in bulk."""
        engine = self._engine()
        session_manager.prepare_models(engine, schema=None)
        now = datetime.now(UTC)
        schedules = [
            {
                "id": FIRST_ID + rule.number,
                "minute": str(rule.local.minute),
                "hour": str(rule.local.hour),
                "day_of_week": str(rule.day_of_week),
                "timezone": rule.zone,
            }
            for rule in template_rules(now)
        ]
        with engine.begin() as connection:
            connection.execute(insert(models.CrontabSchedule.__table__), schedules)
            connection.execute(
                insert(models.PeriodicTaskChanged.__table__).values(id=1, last_update=now)
            )
            for begin in range(0, self.candidate_config.size, CHUNK):
                numbers = range(begin, min(begin + CHUNK, self.candidate_config.size))
                rows = [_task(number, now) for number in numbers]
                connection.execute(insert(models.PeriodicTask.__table__), rows)

    def make_app(self) -> Celery:
        """An app with the database scheduler."""
        scheduler = "sqlalchemy_celery_beat.schedulers:DatabaseScheduler"
        return plain_app(
            self.candidate_config.broker_url,
            scheduler,
            beat_dburi=self.candidate_config.database_url,
        )

    def make_due(self, count: int) -> None:
        """The last run of `count` rules was too long ago."""
        self._bring_forward(count)

    def save_last_runs(self) -> None:
        """Write the last runs to the database."""
        self.scheduler.sync()

    def change(self) -> None:
        """One rule is due now."""
        self._bring_forward(1)

    def _bring_forward(self, count: int) -> None:
        now = datetime.now(UTC)
        task = models.PeriodicTask.__table__
        with self._engine().begin() as connection:
            connection.execute(
                update(task)
                .where(task.c.id.between(FIRST_ID, FIRST_ID + count - 1))
                .values(last_run_at=now - timedelta(days=8))
            )
            connection.execute(update(models.PeriodicTaskChanged.__table__).values(last_update=now))

    def _engine(self) -> Engine:
        engine: Engine = session_manager.create_session(self.candidate_config.database_url)[0]
        return engine


def _task(number: int, now: datetime) -> dict[str, object]:
    return {
        "id": FIRST_ID + number,
        "name": f"rule-{number}",
        "task": TASK,
        "args": f"[{number}]",
        "discriminator": "crontabschedule",
        "schedule_id": FIRST_ID + number % TEMPLATE_COUNT,
        "last_run_at": now,
    }
