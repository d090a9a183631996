"""RedBeat: rules and their next instants in Redis."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import redbeat.schedulers  # noqa: F401  (so that the measured start does not import it)
from celery import Celery
from celery.schedules import crontab
from redbeat.decoder import RedBeatJSONEncoder
from redis import Redis

from benchmarks.beat.candidates.base import TASK, BeatCandidate, plain_app
from benchmarks.beat.rule_set import TEMPLATE_COUNT, template_rules

PREFIX = "redbeat:"
SCHEDULE = f"{PREFIX}:schedule"
CHUNK = 10_000


class RedBeat(BeatCandidate):
    """RedBeat on the Redis that is the broker too."""

    def insert_rules(self) -> None:
        """Write what `RedBeatSchedulerEntry.save` writes, for many rules at once."""
        now = datetime.now(UTC)
        templates = [
            (
                _dump(crontab(rule.local.minute, rule.local.hour, rule.day_of_week)),
                rule.local.replace(tzinfo=UTC).timestamp(),
            )
            for rule in template_rules(now)
        ]
        meta = _dump({"last_run_at": now})
        with self._client() as client:
            for begin in range(0, self.candidate_config.size, CHUNK):
                scores = {}
                pipe = client.pipeline(transaction=False)
                for number in range(begin, min(begin + CHUNK, self.candidate_config.size)):
                    schedule, score = templates[number % TEMPLATE_COUNT]
                    definition = (
                        f'{{"name": "rule-{number}", "task": "{TASK}", "args": [{number}], '
                        f'"kwargs": {{}}, "options": {{}}, "enabled": true, '
                        f'"schedule": {schedule}}}'
                    )
                    pipe.hset(_key(number), mapping={"definition": definition, "meta": meta})
                    scores[_key(number)] = score
                pipe.zadd(SCHEDULE, scores)
                pipe.execute()

    def make_app(self) -> Celery:
        """An app with RedBeat as its scheduler."""
        url = self.candidate_config.broker_url
        # Its lock lasts five loop intervals by default, and a burst takes longer.
        return plain_app(
            url, "redbeat.RedBeatScheduler", redbeat_redis_url=url, redbeat_lock_timeout=3600
        )

    def make_due(self, count: int) -> None:
        """The last run of every n-th rule was too long ago."""
        self._bring_forward(
            range(
                0,
                count * (self.candidate_config.size // count),
                self.candidate_config.size // count,
            )
        )

    def change(self) -> None:
        """One rule is due now."""
        self._bring_forward([self.candidate_config.size - 1])

    def _bring_forward(self, numbers: Iterable[int]) -> None:
        now = datetime.now(UTC)
        meta = _dump({"last_run_at": now - timedelta(days=8)})
        with self._client() as client:
            pipe = client.pipeline(transaction=False)
            for number in numbers:
                pipe.hset(_key(number), "meta", meta)
                pipe.zadd(SCHEDULE, {_key(number): now.timestamp() - 1})
            pipe.execute()

    def _client(self) -> "Redis":
        return Redis.from_url(self.candidate_config.broker_url)


def _key(number: int) -> str:
    return f"{PREFIX}rule-{number}"


def _dump(value: object) -> str:
    return json.dumps(value, cls=RedBeatJSONEncoder)
