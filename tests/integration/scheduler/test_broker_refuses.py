"""A Redis that answers and refuses: the messages of the server itself."""

import pytest
from celery import Celery

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


def test_a_connection_that_is_lost_while_the_queue_is_declared(redis_url: str) -> None:
    """kombu then connects anew and publishes on the channel of before, which ends the process with
    an AttributeError; here it is a broker that is away."""
    app = Celery("tests")
    app.conf.update(celery_settings(redis_url))
    with app.producer_pool.acquire(block=True) as producer:
        declare = producer.maybe_declare

        def lose(entity: object, **options: object) -> object:
            producer.connection.collect()
            return declare(entity, **options)

        producer.maybe_declare = lose
    with pytest.raises(BROKER_ERRORS):
        CeleryBroker(app).send("post.carry", ["a"])
    del producer.maybe_declare
    CeleryBroker(app).send("post.carry", ["a"])
