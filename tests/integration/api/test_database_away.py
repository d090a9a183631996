"""A database that is away is 503 and not a defect; a wrong statement is one."""

import logging

import pytest

from models.database import Database
from tests.integration.live_server import run_api
from tests.servers import Postgres
from tests.servers.read_only import read_only_server
from tests.servers.taken_connections import taken_connections


def test_a_database_that_only_reads_is_503_with_retry_after(
    postgres_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Every publish is 503 with Retry-After and one line without a traceback; reads go on, and
    when the database writes again, so does the API, by itself."""
    with run_api(postgres_url) as api:
        mine = api.create_organization()
        caplog.clear()
        with read_only_server(api.database):
            answers = [mine.try_publish() for _ in range(5)]
            assert mine.posts() == []
        assert mine.publish()["socialPost"]["id"]
    assert [(each.status_code, each.headers.get("Retry-After")) for each in answers] == [
        (503, "5")
    ] * 5
    assert {(each.json()["code"], each.json()["retryAfter"]) for each in answers} == {
        ("UNAVAILABLE", 5)
    }
    lines = [each for each in caplog.records if "read-only" in each.getMessage()]
    assert [(each.levelno, each.exc_info) for each in lines] == [(logging.WARNING, None)] * 5
    assert not [each for each in caplog.records if each.exc_info]


def test_a_database_without_a_connection_is_503_on_every_route(
    postgres_server: Postgres, postgres_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Also where the database is asked before the route, to know who sends a body. Health checks
    name the cause and no address; no traceback is written."""
    with run_api(postgres_url) as api:
        mine = api.create_organization()
        with taken_connections(postgres_server):
            answers = [mine.try_publish(), mine.call("GET", "/posts"), api.http.get("/sign-in")]
            ready = api.http.get("/readyz")
        assert mine.publish()["socialPost"]["id"]
    got = [(each.status_code, each.headers.get("Retry-After")) for each in answers]
    assert got == [(503, "5"), (503, "5"), (200, None)]
    assert ready.status_code == 503
    assert ready.json()["problems"] == [
        "the database does not answer: it takes no more connections"
    ]
    assert not [each for each in caplog.records if each.exc_info]


def test_a_wrong_statement_is_a_defect(
    sqlite_database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    """A missing table is 500 with a traceback, on SQLite too: no retry helps."""
    with run_api(sqlite_database.url.render_as_string()) as api:
        mine = api.create_organization()
        with sqlite_database.write() as session:
            session.connection().exec_driver_sql("ALTER TABLE post RENAME TO post_away")
        assert mine.try_publish().status_code == 500
    assert any(each.exc_info for each in caplog.records)
