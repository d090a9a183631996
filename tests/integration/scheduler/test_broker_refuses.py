"""A Redis that answers and refuses: the messages of the server itself."""

import pytest
from celery import Celery
from kombu.messaging import Producer

from config.celery_settings import celery_settings
from models.away_causes import broker_reason
from scheduler.broker import CeleryBroker
from scheduler.dispatch import BROKER_ERRORS
from tests.servers import Redis
from tests.servers.refusing_redis import full_redis, other_password, reading_redis

FIXES = {
    full_redis: "raise its maxmemory",
    reading_redis: "lead to the primary",
    other_password: "SLOTBEAT_BROKER_URL",
}


def test_what_a_redis_refuses_is_a_broker_that_is_away(redis_server: Redis, redis_url: str) -> None:
    """Full, a replica, another password: beat's send raises an error that it waits for, with what
    a person has to do; then it works again."""
    app = Celery("tests")
    app.conf.update(celery_settings(redis_url))
    broker = CeleryBroker(app)
    for refuse, fix in FIXES.items():
        with refuse(redis_server), pytest.raises(BROKER_ERRORS) as caught:
            broker.send("post.carry", ["a"])
        assert fix in broker_reason(caught.value)
        broker.send("post.carry", ["a"])


def test_a_connection_that_is_lost_while_the_queue_is_declared(
    redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """kombu connects anew for that, and then publishes on the channel of before, which would end
    the process with an AttributeError: it is a broker that is away for a moment."""
    app = Celery("tests")
    app.conf.update(celery_settings(redis_url))
    broker = CeleryBroker(app)

    def declare_anew(producer: Producer, *_: object, **__: object) -> None:
        producer.connection.collect()
        assert producer.connection.default_channel

    broker.send("post.carry", ["a"])
    monkeypatch.setattr(Producer, "maybe_declare", declare_anew)
    with pytest.raises(BROKER_ERRORS):
        broker.send("post.carry", ["a"])
    monkeypatch.undo()
    broker.send("post.carry", ["a"])
