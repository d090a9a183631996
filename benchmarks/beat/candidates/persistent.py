"""Celery's default scheduler: every rule in memory, and a shelve file for their last runs."""

from datetime import UTC, datetime, timedelta
from typing import Any

from celery import Celery
from celery.schedules import crontab

from benchmarks.beat.candidates.base import TASK, BeatCandidate, NeedsRestart, plain_app
from benchmarks.beat.rule_set import TEMPLATE_COUNT, template_rules


class Persistent(BeatCandidate):
    """`celery.beat:PersistentScheduler`, with its rules in the app's `beat_schedule`."""

    beat_schedule: dict[str, dict[str, Any]]

    def insert_rules(self) -> None:
        """Run it once, so that its file exists."""
        self.prepare()
        self.start()
        self.close()

    def prepare(self) -> None:
        """Build the `beat_schedule` dictionary of a program's configuration."""
        templates = template_rules(datetime.now(UTC))
        self.beat_schedule = {}
        for number in range(self.candidate_config.size):
            rule = templates[number % TEMPLATE_COUNT]
            schedule = crontab(rule.local.minute, rule.local.hour, rule.day_of_week)
            self.beat_schedule[f"rule-{number}"] = {
                "task": TASK,
                "schedule": schedule,
                "args": [number],
            }

    def make_app(self) -> Celery:
        """An app with Celery's default scheduler."""
        scheduler = "celery.beat:PersistentScheduler"
        return plain_app(
            self.candidate_config.broker_url, scheduler, beat_schedule=self.beat_schedule
        )

    def make_due(self, count: int) -> None:
        """The last run of `count` rules was too long ago; refills the heap of the running beat."""
        long_ago = datetime.now(UTC) - timedelta(days=8)
        for entry in list(self.scheduler.schedule.values())[:count]:
            entry.last_run_at = long_ago
        self.scheduler.populate_heap()

    def save_last_runs(self) -> None:
        """Write the last runs to the file."""
        self.scheduler.sync()

    def change(self) -> None:
        """A rule is a line of the program: a change needs a restart."""
        raise NeedsRestart
