"""A database that only reads is 503 and not a defect; a wrong statement is one."""

import logging

import pytest

from models.database import Database
from tests.integration.live_server import run_api
from tests.servers.postgres import Postgres
from tests.servers.read_only import read_only_server


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


def test_a_database_that_is_down_is_503(
    postgres_server: Postgres, postgres_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Also for a request with a body, whose sender is looked up before it is read: 503 with
    Retry-After, and a line without a traceback."""
    with run_api(postgres_url) as api:
        mine = api.create_organization()
        caplog.clear()
        postgres_server.stop()
        answers = [mine.try_publish(), mine.call("GET", "/posts")]
        postgres_server.start()
        assert mine.publish()["socialPost"]["id"]
    assert [(each.status_code, each.headers.get("Retry-After")) for each in answers] == [
        (503, "5")
    ] * 2
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
