"""A run: publishes at a steady rate, prunes, samples, and stops by itself or when it is told."""

import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import psycopg
from celery import Celery

from config.celery_settings import celery_settings
from models.task_names import PRUNE_TASK
from tests.acceptance.stack import Stack
from tests.load.exactly_once import ExactlyOnceReport, count_exactly_once
from tests.load.herd.herd_run import UNSETTLED, libpq
from tests.load.publisher import Publisher
from tests.load.soak.sampler import Sampler

SAMPLE_SECONDS = 30.0
# Of the posts: published at once, or with an instant soon.
SCHEDULED_SHARE = 0.2
SOON = (5.0, 90.0)


@dataclass
class SoakRun:
    """`stop` ends the publishing early; what was accepted until then is still counted."""

    stack: Stack
    sampler: Sampler
    publisher: Publisher
    seconds: float
    rate: float
    prune_every: float
    say: Callable[[str], None]
    stop: threading.Event = field(default_factory=threading.Event)
    published_for: float = 0.0
    prunes: int = 0

    def run(self) -> None:
        """Publish and sample for so many seconds, then until every post has ended."""
        publishing = threading.Thread(target=self._publish, name="publisher")
        publishing.start()
        self._watch(publishing.is_alive)
        publishing.join()
        self.say(f"{self.publisher.accepted} posts accepted; waiting for their ends")
        self._wait_until_ended(300)

    def _publish(self) -> None:
        count = round(self.seconds * self.rate)
        rng = random.Random(7)

        def body(_: int) -> dict[str, object]:
            if rng.random() > SCHEDULED_SHARE:
                return {"publishMode": "publish_now"}
            instant = datetime.now(UTC) + timedelta(seconds=rng.uniform(*SOON))
            return {"publishMode": "schedule", "scheduledAt": instant.isoformat()}

        self.published_for = self.publisher.publish(count, self.rate, body, self._is_over)

    def _is_over(self) -> bool:
        return self.stop.is_set() or time.monotonic() > self._end

    def _watch(self, is_publishing: Callable[[], bool]) -> None:
        # A machine that is too slow for the rate ends in time all the same.
        began = time.monotonic()
        sample_at = prune_at = began
        while is_publishing():
            now = time.monotonic()
            if now >= sample_at:
                sample_at += SAMPLE_SECONDS
                self.sampler.read(self.publisher.accepted)
            if now >= prune_at:
                prune_at += self.prune_every
                self._prune()
            time.sleep(0.5)

    def __post_init__(self) -> None:
        self._end = time.monotonic() + self.seconds * 1.02 + 5

    def _prune(self) -> None:
        """Send what each beat sends once an hour."""
        app = Celery("soak")
        app.conf.update(celery_settings(self.sampler.redis.url))
        with app:
            app.send_task(PRUNE_TASK, ignore_result=True)
        self.prunes += 1

    def _wait_until_ended(self, patience: float) -> None:
        with psycopg.connect(libpq(self.stack), autocommit=True) as connection:
            deadline = time.monotonic() + patience
            while time.monotonic() < deadline:
                row = connection.execute(UNSETTLED).fetchone()
                if row is not None and not row[0]:
                    return
                time.sleep(2)

    def count(self) -> ExactlyOnceReport:
        """The count of the whole run."""
        with psycopg.connect(libpq(self.stack), autocommit=True) as connection:
            ledger = self.stack.folder / "simulator.db"
            return count_exactly_once(connection, ledger, self.publisher.accepted_ids)
