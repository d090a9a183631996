"""PostgreSQL behind PgBouncer in transaction mode: hosted databases often leave no other door."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from models.database import Database
from models.migrate import upgrade
from tests.acceptance.stack import ApiClient, Stack
from tests.extra.pgbouncer_server import PgBouncer
from tests.integration.scheduler.queue_factories import add_organization
from tests.servers.postgres import Postgres
from tests.servers.redis import Redis
from tests.wait import wait_until

POSTS = 100


@pytest.fixture
def pooled_url(postgres_server: Postgres, postgres_url: str) -> Iterator[tuple[str, PgBouncer]]:
    """The address of an empty database through the pooler, and the pooler."""
    with PgBouncer(postgres_server) as pooler:
        yield pooler.url(urlsplit(postgres_url).path.removeprefix("/")), pooler


@pytest.mark.timeout(240)
def test_every_process_works_behind_a_pooler(
    pooled_url: tuple[str, PgBouncer], redis_server: Redis, tmp_path: Path
) -> None:
    """Release, web, two beats, worker and simulator: every post that many clients publish at once
    is accepted and goes out once, over fewer server connections than the processes hold."""
    url, pooler = pooled_url
    with Stack(tmp_path, url, redis_server.url, faults=0) as stack:
        client = stack.organization()
        codes = publish_many(client)
        assert codes == {200: POSTS}
        wait_until(lambda: len(stack.publications()) >= POSTS, 120, "every post at the provider")
        wait_until(lambda: statuses(client) == {"published"}, 60, "every post is published")
        assert len(stack.publications()) == POSTS
        assert len(pooler.show("CLIENTS")) > len(pooler.show("SERVERS"))
        output = "".join(each.output() for each in stack.processes.values())
    assert "Traceback" not in output
    assert "prepared statement" not in output
    assert output.count("a pooler announces no changes") == 2  # each beat says it once


def publish_many(client: ApiClient) -> dict[int, int]:
    """How many publishes of several clients at once had which status."""

    def publish(number: int) -> int:
        body = {"postType": "text", "caption": f"Post {number}", "platforms": ["x"]}
        return client.ask("POST", "/publish", {**body, "publishMode": "publish_now"}).status_code

    with ThreadPoolExecutor(8) as threads:
        codes = list(threads.map(publish, range(POSTS)))
    return {code: codes.count(code) for code in set(codes)}


def statuses(client: ApiClient) -> set[str]:
    """The statuses of the client's posts."""
    return {each["status"] for each in client.posts()}


def test_each_transaction_has_its_own_limit_and_leaves_none(
    pooled_url: tuple[str, PgBouncer],
) -> None:
    """A pooler is noticed: the limit for idle transactions is set in each transaction, and the
    server connection, which others get next, keeps no setting and no prepared statement."""
    url, _ = pooled_url
    database = Database(url)
    upgrade(database)
    for _ in range(20):
        add_organization(database)
    with database.write() as session:
        connection = session.connection()
        assert connection.info["is_pooled"]
        shown = "SHOW idle_in_transaction_session_timeout"
        assert connection.exec_driver_sql(shown).scalar() == "10s"
        prepared = "SELECT count(*) FROM pg_prepared_statements"
        assert connection.exec_driver_sql(prepared).scalar() == 0
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        assert connection.exec_driver_sql(shown).scalar() == "0"
    database.close()
