"""The interface of a candidate. Each is measured in a process of its own."""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from celery import Celery, beat, signals

# The longest sleep of all candidates (s): the delay of a change must not depend on a default.
LOOP_INTERVAL = 1.0
TASK = "benchmark.task"


class NeedsRestart(Exception):
    """This candidate notices a change only at its next start."""


@dataclass(frozen=True, slots=True)
class CandidateConfig:
    """Where a candidate stores its rules, and how many there are."""

    database_url: str
    broker_url: str
    folder: Path
    size: int


class BeatCandidate:
    """A beat with its rules. The methods that raise NotImplementedError differ for each."""

    def __init__(self, candidate_config: CandidateConfig) -> None:
        self.candidate_config = candidate_config
        self.app: Celery
        self.scheduler: Any

    def insert_rules(self) -> None:
        """Store `candidate_config.size` rules, none due for a day. Runs in a process of its own."""
        raise NotImplementedError

    def prepare(self) -> None:
        """Do what a program does at import; not measured."""

    def make_app(self) -> Celery:
        """The Celery app; part of the start that is measured."""
        raise NotImplementedError

    def start(self) -> None:
        """Make the scheduler, as `celery beat` does."""
        self.app = self.make_app()
        service = beat.Service(
            self.app,
            scheduler_cls=self.app.conf.beat_scheduler,
            schedule_filename=str(self.candidate_config.folder / "schedule"),
        )
        signals.beat_init.send(sender=service)  # RedBeat takes its lock here
        self.scheduler = service.scheduler

    def tick(self) -> float:
        """One tick; returns how long the beat would sleep after it (s)."""
        return float(self.scheduler.tick())

    def sleep(self, seconds: float) -> None:
        """What follows a tick."""
        time.sleep(seconds)

    def make_due(self, count: int) -> None:
        """Make `count` rules due."""
        raise NotImplementedError

    def save_last_runs(self) -> None:
        """Store which rules fired, if a tick has not done that yet."""

    def discard_work(self) -> None:
        """Remove what the ticks created, as if workers had done it."""

    def change(self) -> None:
        """Commit, as another process would, a change that makes one rule due now."""
        raise NotImplementedError

    def change_from_outside(self) -> None:
        """Run `change` on a thread with connections of its own, and wait for it."""
        with ThreadPoolExecutor(1) as outside:
            outside.submit(self.change).result()

    def close(self) -> None:
        """Stop the scheduler."""
        self.scheduler.close()


def plain_app(broker_url: str, scheduler: str, **settings: object) -> Celery:
    """A Celery app with one of the known schedulers and Celery's own settings."""
    app = Celery("benchmark", broker=broker_url, set_as_current=True)
    app.conf.update(
        timezone="UTC",
        task_ignore_result=True,
        result_expires=None,  # no clean-up task of Celery among the rules
        beat_scheduler=scheduler,
        beat_max_loop_interval=LOOP_INTERVAL,
        **settings,
    )
    return app
