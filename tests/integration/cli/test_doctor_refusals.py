"""`slotbeat doctor` before servers that answer, and refuse: it says why, and what to do."""

from cli.doctor import broker, database
from config.settings import Settings
from tests.servers import Postgres, Redis
from tests.servers.refusing_redis import full_redis, other_password, reading_redis
from tests.servers.taken_connections import taken_connections


def test_a_redis_that_refuses_is_explained(redis_server: Redis, redis_url: str) -> None:
    """Full, a replica, another password: each fails the check, with its own fix."""
    settings = Settings(broker_url=redis_url)
    expected = (
        (full_redis, "its memory is full", "raise its maxmemory"),
        (reading_redis, "it only reads", "must lead to the primary"),
        (other_password, "refuses our user or password", "set SLOTBEAT_BROKER_URL"),
    )
    for refuse, said, fix in expected:
        with refuse(redis_server):
            result = broker.check(settings)
        assert (result.ok, said in result.message) == (False, True), result
        assert result.fix is not None
        assert fix in result.fix
    assert broker.check(settings).ok


def test_a_postgresql_without_a_connection_is_explained(
    postgres_server: Postgres, postgres_url: str
) -> None:
    """The check names `max_connections`, and does not say that the server must be started."""
    settings = Settings(database_url=postgres_url, secret_key="s" * 32)
    with taken_connections(postgres_server):
        result = database.check(settings)
    assert (result.ok, "it takes no more connections" in result.message) == (False, True)
    assert result.fix is not None
    assert "max_connections" in result.fix
