"""Empties the broker's task queues, and counts what their messages name."""

import base64
import json

from redis import Redis

QUEUES = ("slotbeat", "celery")


def drain_queues(url: str) -> int:
    """Empty the task queues; returns how many rules or jobs their messages name."""
    with Redis.from_url(url) as client:
        messages = [each for queue in QUEUES for each in client.lrange(queue, 0, -1)]
        client.delete(*QUEUES)
    return sum(map(_count_ids, messages))


def _count_ids(message: bytes) -> int:
    body = json.loads(base64.b64decode(json.loads(message)["body"]))
    first = body[0][0]
    return len(first) if isinstance(first, list) else 1
