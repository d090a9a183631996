"""django-celery-beat: rules in a Django database, all of them loaded at each change."""

from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any

import django
from celery import Celery
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from sqlalchemy.engine import make_url

from benchmarks.beat.candidates.base import TASK, BeatCandidate, plain_app
from benchmarks.beat.rule_set import TEMPLATE_COUNT, template_rules

CHUNK = 5_000


class Django(BeatCandidate):
    """`django_celery_beat.schedulers:DatabaseScheduler`."""

    models: Any

    def prepare(self) -> None:
        """Set Django up, as a Django program does."""
        settings.configure(
            INSTALLED_APPS=["django.contrib.contenttypes", "django_celery_beat"],
            DATABASES={"default": _database(self.candidate_config.database_url)},
            USE_TZ=True,
            TIME_ZONE="UTC",
            CELERY_TIMEZONE="UTC",
            DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        )
        django.setup()
        self.models = import_module("django_celery_beat.models")
        import_module("django_celery_beat.schedulers")

    def insert_rules(self) -> None:
        """Migrate, and insert the rules in bulk."""
        self.prepare()
        call_command("migrate", verbosity=0)
        now = datetime.now(UTC)
        schedules = self.models.CrontabSchedule.objects.bulk_create(
            self.models.CrontabSchedule(
                minute=str(rule.local.minute),
                hour=str(rule.local.hour),
                day_of_week=str(rule.day_of_week),
                timezone=rule.zone,
            )
            for rule in template_rules(now)
        )
        tasks = (
            self.models.PeriodicTask(
                name=f"rule-{number}",
                task=TASK,
                args=f"[{number}]",
                crontab=schedules[number % TEMPLATE_COUNT],
                last_run_at=now,
            )
            for number in range(self.candidate_config.size)
        )
        self.models.PeriodicTask.objects.bulk_create(tasks, batch_size=CHUNK)
        self.models.PeriodicTasks.update_changed()

    def make_app(self) -> Celery:
        """An app with the database scheduler."""
        scheduler = "django_celery_beat.schedulers:DatabaseScheduler"
        return plain_app(self.candidate_config.broker_url, scheduler)

    def make_due(self, count: int) -> None:
        """The last run of `count` rules, of those that it has loaded, was too long ago."""
        self._bring_forward(count)

    def save_last_runs(self) -> None:
        """Write the last runs to the database."""
        self.scheduler.sync()

    def change(self) -> None:
        """One rule is due now."""
        self._bring_forward(1)
        connections.close_all()

    def _bring_forward(self, count: int) -> None:
        # It does not load rules whose hour is far away; those would not fire.
        names = list(self.scheduler._schedule)[:count]  # noqa: SLF001  (the property would reload)
        long_ago = datetime.now(UTC) - timedelta(days=8)
        for begin in range(0, len(names), CHUNK):
            rules = self.models.PeriodicTask.objects.filter(name__in=names[begin : begin + CHUNK])
            rules.update(last_run_at=long_ago)
        self.models.PeriodicTasks.update_changed()


def _database(address: str) -> dict[str, object]:
    url = make_url(address)
    if url.get_backend_name() == "sqlite":
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": url.database}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": url.database,
        "USER": url.username,
        "HOST": url.host,
        "PORT": url.port,
        # One connection for the life of the process, which is fastest.
        "CONN_MAX_AGE": None,
    }
