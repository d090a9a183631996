"""Quotas: what one organization may keep, counted exactly also where many requests come at once."""

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from cli.doctor import quotas as doctor
from config.settings import load_settings
from models.statuses import PostStatus
from models.store import clock, quota_usage
from models.store.posts import posts
from tests.integration.live_server import (
    SECRET,
    ApiServer,
    Json,
    OrganizationClient,
    expect_error,
    run_api,
)
from tests.sample_files import JPEG
from tests.servers import Postgres

QUOTAS: dict[str, Any] = {
    "quota_open_posts": 5,
    "quota_stored_files": 3,
    "quota_stored_bytes": 3 * len(JPEG) - 1,
    "quota_kept_answers": 4,
    "disk_reserve": 0,
}
POST: dict[str, Any] = {"postType": "text", "caption": "Hello", "platforms": ["x"]}
ROWS = "".join(f"k{n},text,Hello,x\n" for n in range(8))
CALENDAR = f"key,postType,caption,platforms\n{ROWS}"


@pytest.fixture(scope="module")
def small_sqlite_api(
    tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path
) -> Iterator[ApiServer]:
    """An API with small quotas, on SQLite."""
    path = shutil.copy(sqlite_template, tmp_path_factory.mktemp("quotas") / "slotbeat.db")
    with run_api(f"sqlite:///{path}", **QUOTAS) as api:
        yield api


@pytest.fixture(scope="module")
def small_postgres_api(postgres_server: Postgres, postgres_template: str) -> Iterator[ApiServer]:
    """The same on PostgreSQL."""
    postgres_server.revive()
    url = postgres_server.create_database(postgres_template)
    with run_api(url, **QUOTAS) as api:
        yield api
    postgres_server.drop_database(url)


@pytest.fixture(params=["sqlite", "postgres"])
def owner(request: pytest.FixtureRequest) -> OrganizationClient:
    """A new organization with small quotas: once on SQLite, once on PostgreSQL."""
    api: ApiServer = request.getfixturevalue(f"small_{request.param}_api")
    return api.create_organization()


def at_once(
    count: int, owner: OrganizationClient, *call: str, **what: Json
) -> list[httpx.Response]:
    """The answers to equal requests that come at once."""
    with ThreadPoolExecutor(count) as pool:
        sent = [pool.submit(owner.call, *call, **what) for _ in range(count)]
        return [each.result() for each in sent]


def end_one(owner: OrganizationClient) -> None:
    """One open post ends, without the organization's lock, as at a worker."""
    with owner.api.database.write() as session:
        found = next(
            each for each in posts.list_recent(session, owner.id) if each.status == "backlog"
        )
        now = clock.now(session)
        posts.set_status(
            session,
            found.id,
            PostStatus.BACKLOG,
            PostStatus.FAILED,
            now,
            step="test",
            reason="test",
        )


def test_open_posts_are_counted_exactly(owner: OrganizationClient) -> None:
    """Of twelve posts at once five are accepted; a sixth is when one of them has ended."""
    answers = at_once(12, owner, "POST", "/publish", json=POST)
    assert sorted(each.status_code for each in answers) == [200] * 5 + [403] * 7
    refused = next(each for each in answers if each.status_code == 403)
    assert expect_error(refused, 403, "FORBIDDEN") == {}
    assert "remove some" in refused.json()["error"]
    end_one(owner)
    assert owner.try_publish().status_code == 200
    assert owner.try_publish().status_code == 403
    assert owner.api.create_organization().try_publish().status_code == 200


def test_a_retried_post_is_open_again(owner: OrganizationClient) -> None:
    """A post that failed and was retried counts, although no quota stops the retry."""
    for _ in range(5):
        owner.publish()
    end_one(owner)
    end_one(owner)
    owner.publish()  # the posts are counted anew: four are open
    failed = next(each for each in owner.posts() if each["status"] == "failed")
    assert owner.call("POST", f"/posts/{failed['id']}/retry", timeout=30).status_code == 200
    assert owner.try_publish().status_code == 403


def test_rows_beyond_the_quota_are_refused(owner: OrganizationClient) -> None:
    """Of eight rows three have no room, in a dry run as in the import; the sentence says why."""
    for query in ({"dryRun": "true"}, {}):
        answer = owner.call(
            "POST", "/import", content=CALENDAR, params=query, headers={"Content-Type": "text/csv"}
        )
        rows = answer.json()["rows"]
        assert [row["status"] for row in rows] == ["accepted"] * 5 + ["refused"] * 3
        assert "quota" in rows[-1]["errors"][0]["message"]
    assert len(owner.posts()) == 5


def test_stored_bytes_are_counted_exactly(owner: OrganizationClient) -> None:
    """Of six uploads at once two have room; the others are 507 and leave no file behind."""
    answers = at_once(6, owner, "POST", "/media", content=JPEG)
    assert sorted(each.status_code for each in answers) == [200] * 2 + [507] * 4
    refused = next(each for each in answers if each.status_code == 507)
    assert "bytes are stored" in refused.json()["error"]
    kept = [each.json()["media"]["id"] for each in answers if each.status_code == 200]
    with owner.api.database.read() as session:
        assert quota_usage.stored_files(session, owner.id) == (2, 2 * len(JPEG))
    assert owner.call("DELETE", f"/media/{kept[0]}").status_code == 200
    assert owner.call("POST", "/media", content=JPEG).status_code == 200


def test_keys_are_counted_and_replays_are_not(owner: OrganizationClient) -> None:
    """The fifth new key is 429; a key that is known is answered again."""

    def send(key: str) -> httpx.Response:
        return owner.call("POST", "/calendar/feed", json={}, headers={"Idempotency-Key": key})

    assert [send(f"key-{n}").status_code for n in range(5)] == [200] * 4 + [429]
    assert send("key-0").headers["Idempotency-Replayed"] == "true"
    assert send("key-9").headers["Retry-After"] == "60"
    with owner.api.database.read() as session:
        assert quota_usage.count_keys(session, owner.id) == 4


def test_what_changes_nothing_keeps_no_answer(owner: OrganizationClient) -> None:
    """A simulation and a dry run with a key leave nothing in the database."""
    key = {"Idempotency-Key": "the-same"}
    csv = {**key, "Content-Type": "text/csv"}
    for posts_a_week in (1, 2):
        body = {"postsPerWeek": posts_a_week}
        assert owner.call("POST", "/simulate", json=body, headers=key).status_code == 200
    dry = owner.call("POST", "/import", content=CALENDAR, params={"dryRun": "1"}, headers=csv)
    assert dry.json()["dryRun"] is True
    with owner.api.database.read() as session:
        assert quota_usage.count_keys(session, owner.id) == 0


def test_a_part_of_the_disk_stays_free(
    small_sqlite_api: ApiServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without room on the disk an upload is 507 and nothing is left of it; publishing goes on."""
    owner = small_sqlite_api.create_organization()
    full = shutil.disk_usage("/")._replace(free=len(JPEG) - 1)
    monkeypatch.setattr("media.disk_space.shutil.disk_usage", lambda _: full)
    answer = owner.call("POST", "/media", content=JPEG)
    assert "posts without new files still go out" in answer.json()["error"]
    assert answer.status_code == 507
    assert owner.try_publish().status_code == 200
    monkeypatch.undo()
    assert owner.call("POST", "/media", content=JPEG).status_code == 200


def test_doctor_names_who_is_near_a_quota(owner: OrganizationClient) -> None:
    """An organization with nine tenths of a quota is named, with the numbers; others are not."""
    for _ in range(5):
        owner.publish()
    settings = load_settings(
        database_url=owner.api.database.url.render_as_string(hide_password=False),
        secret_key=SECRET,
        **QUOTAS,
    )
    result = doctor.check(settings, owner.api.database)
    assert f"organization {owner.id} has 5 of 5 open posts" in result.message
    assert result.ok
    assert result.needs_person
