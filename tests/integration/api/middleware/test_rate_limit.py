"""The rate limit, counted for all processes together."""

import logging
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from api.bootstrap import build_context
from config.settings import BadSettings, load_settings
from models.database import Database
from services.public_urls import API_PREFIX
from tests.integration.live_server import OPERATOR, ApiServer, OrganizationClient, run_api
from tests.servers import Redis

LIMIT = 5
NAMES = {"x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"}


@pytest.fixture
def two_apis(sqlite_database: Database, redis_url: str) -> Iterator[tuple[ApiServer, ApiServer]]:
    """Two apps, as two API processes have them, over one database and one Redis."""
    url = str(sqlite_database.url)
    with ExitStack() as stack:
        first, second = (
            stack.enter_context(run_api(url, rate_limit=LIMIT, rate_limit_url=redis_url))
            for _ in range(2)
        )
        yield first, second


def ask(api: ApiServer, token: str | None, path: str = "/settings", **query: str) -> httpx.Response:
    """A GET with a token, or without credentials."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return api.http.get(API_PREFIX + path, headers=headers, params=query)


def remaining(answer: httpx.Response) -> int:
    """How many requests are left, as the answer says."""
    return int(answer.headers["X-RateLimit-Remaining"])


def test_two_processes_count_together(two_apis: tuple[ApiServer, ApiServer]) -> None:
    """Five a minute together: the sixth request is 429 at either, with Retry-After."""
    key = two_apis[0].create_organization().key
    answers = [ask(two_apis[number % 2], key) for number in range(LIMIT)]
    assert [each.status_code for each in answers] == [200] * LIMIT
    assert [remaining(each) for each in answers] == [4, 3, 2, 1, 0]
    for api in two_apis:
        over = ask(api, key)
        wait = over.json().pop("retryAfter")
        assert (over.status_code, over.json()["code"]) == (429, "RATE_LIMIT_EXCEEDED")
        assert over.headers["Retry-After"] == str(wait)
        assert 1 <= wait <= 60
        assert {name: over.headers[name] for name in NAMES} == {
            "x-ratelimit-limit": "5",
            "x-ratelimit-remaining": "0",
            "x-ratelimit-reset": over.headers["x-ratelimit-reset"],
        }
        reset = int(over.headers["X-RateLimit-Reset"])  # in milliseconds
        assert time.time() * 1000 - 5_000 < reset < (time.time() + 65) * 1000


def test_many_at_once_get_no_more_than_one_after_the_other(
    two_apis: tuple[ApiServer, ApiServer],
) -> None:
    """Counting is atomic in Redis: concurrent requests do not exceed the limit."""
    key = two_apis[0].create_organization().key
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda number: ask(two_apis[number % 2], key), range(20)))
    assert sum(each.status_code == 200 for each in answers) == LIMIT


def test_an_organization_has_a_limit_of_its_own(two_apis: tuple[ApiServer, ApiServer]) -> None:
    """Its keys and the operator's calls for it count together, another's do not."""
    api = two_apis[0]
    a, b = api.create_organization("A"), api.create_organization("B")
    for number in range(LIMIT):
        token, query = (a.key, {}) if number % 2 else (OPERATOR, {"organizationId": a.id})
        assert ask(api, token, **query).status_code == 200
    assert ask(api, a.key).status_code == 429
    assert ask(api, OPERATOR, organizationId=a.id).status_code == 429
    assert ask(api, b.key).status_code == 200
    assert ask(api, OPERATOR, organizationId=b.id).status_code == 200


def test_who_guesses_is_stopped(two_apis: tuple[ApiServer, ApiServer]) -> None:
    """Wrong keys count by address, in all processes. Over the limit they are refused unseen, and so
    is who brings none. A right key and the operator's token go on from the same address: behind a
    proxy that is not trusted it is everybody's."""
    organization = two_apis[0].create_organization()
    for number in range(LIMIT):
        assert ask(two_apis[number % 2], f"sb_{number}").status_code == 401
    stopped = [
        ask(two_apis[1], token, organizationId=organization.id) for token in ("sb_x", "wrong")
    ]
    stopped.append(ask(two_apis[0], None))
    assert [each.status_code for each in stopped] == [429] * 3
    assert all("retryAfter" in each.json() for each in stopped)
    assert ask(two_apis[0], organization.key).status_code == 200
    assert ask(two_apis[1], OPERATOR, organizationId=organization.id).status_code == 200


def test_what_needs_no_key_is_not_counted(two_apis: tuple[ApiServer, ApiServer]) -> None:
    """Health checks and the OpenAPI document have no limit."""
    for path in ("/healthz", "/openapi.json") * (LIMIT + 1):
        answer = two_apis[0].http.get(path)
        assert answer.status_code == 200
        assert not NAMES & set(answer.headers)


def test_without_redis_everybody_is_let_through(
    two_apis: tuple[ApiServer, ApiServer], redis_server: Redis, caplog: pytest.LogCaptureFixture
) -> None:
    """While Redis is down, one line is logged and no request is refused."""
    key = two_apis[0].create_organization().key
    redis_server.stop()
    try:
        with caplog.at_level(logging.WARNING):
            answers = [ask(two_apis[0], key) for _ in range(LIMIT * 3)]
    finally:
        redis_server.start()
    assert [each.status_code for each in answers] == [200] * LIMIT * 3
    assert not any(NAMES & set(each.headers) for each in answers)
    lines = [each for each in caplog.records if each.name == "models.server_outage"]
    assert len(lines) == 1
    assert "the Redis of the rate limit does not answer" in lines[0].getMessage()
    assert lines[0].exc_info is None


def test_one_process_counts_by_itself(sqlite_database: Database) -> None:
    """With an in-memory broker, requests are counted in memory; 0 means no limit."""
    url = str(sqlite_database.url)
    with run_api(url, rate_limit=2) as api:
        organization = api.create_organization()
        statuses = [organization.call("GET", "/settings").status_code for _ in range(3)]
        assert statuses == [200, 200, 429]
    with run_api(url, rate_limit=0) as api:
        answers = [OrganizationClient(organization.id, organization.key, api).get("/posts")] * 3
        assert answers == [{"posts": []}] * 3


@pytest.mark.parametrize(
    ("variables", "right"),
    [
        ({"broker_url": "amqp://localhost"}, "SLOTBEAT_RATE_LIMIT=0"),
        ({"broker_url": "amqps://u:secret@h"}, "SLOTBEAT_RATE_LIMIT_URL"),
    ],
)
def test_a_broker_that_cannot_count_is_told_at_the_start(
    tmp_path: Path, variables: dict[str, str], right: str
) -> None:
    """With RabbitMQ the limit needs a Redis of its own, or must be off."""
    url = f"sqlite:///{tmp_path / 'slotbeat.db'}"
    common = {"database_url": url, "secret_key": "s" * 32, **variables}
    with pytest.raises(BadSettings, match=right) as refused_:
        build_context(load_settings(**common))
    assert "secret" not in str(refused_.value)
    for mended in ({"rate_limit": 0}, {"rate_limit_url": "redis://localhost/1"}):
        build_context(load_settings(**common, **mended)).database.close()
