"""`slotbeat doctor`: each check passes or prints a fix; exit code 1 when one fails."""

import re
import threading
from datetime import timedelta
from typing import Any

import pytest
import redis
from sqlalchemy import text as sql

from cli.doctor.check_result import CheckResult, pass_check
from cli.doctor.check_runner import run_checks
from models.database import Database
from models.jobs import Job
from models.posts import Post
from models.statuses import PostStatus
from models.store import clock
from models.store.jobs import heartbeats
from services.prometheus_exposition import expose_metrics
from simulator import Options, Simulator
from tests.integration.cli.run_command import CommandRunner
from tests.integration.scheduler.queue_factories import add_organization, queue_post
from tests.servers import free_port

OUTSIDE = ["settings", "database", "broker", "rate limits", "provider", "files", "disk"]
INSIDE = [
    "clocks",
    "zone database",
    "secret key",
    "beat",
    "workers",
    "organizations",
    "connections",
    "jobs",
    "posts",
    "quotas",
    "media sources",
]


def findings(shell: CommandRunner, **also: str) -> dict[str, tuple[bool | None, str]]:
    """The results of doctor: whether each check passed, and its message with the fix."""
    result = shell.slotbeat("doctor", "--json", also=also)
    assert result.err == ""
    found = {each["check"]: (each["ok"], _words(each)) for each in result.json["checks"]}
    all_ok = all(ok is not False for ok, _ in found.values())
    assert (result.code, result.json["ok"]) == (0 if all_ok else 1, all_ok)
    return found


def _words(finding: dict[str, Any]) -> str:
    assert finding["ok"] is not False or finding["mend"], finding
    return " → ".join(filter(None, (finding["message"], finding["mend"])))


def of(found: dict[str, tuple[bool | None, str]], ok: bool | None) -> list[str]:
    """The checks with this result, in their order."""
    return [check for check, (result, _) in found.items() if result is ok]


def nowhere() -> str:
    """A provider's address where no server listens."""
    return f"http://127.0.0.1:{free_port()}/v2"


@pytest.fixture
def shell_with_organization(migrated_shell: CommandRunner) -> CommandRunner:
    """A shell beside a migrated database, with a provider that does not answer."""
    migrated_shell.variables["SWONKIE_BASE_URL"] = nowhere()
    return migrated_shell


def test_on_an_empty_machine_the_missing_parts_are_named(shell: CommandRunner) -> None:
    """Before anything was started, database and provider fail, with their fixes. Checks that need
    the database cannot run, and doctor creates no file."""
    found = findings(shell, SWONKIE_BASE_URL=(url := nowhere()))
    assert list(found) == OUTSIDE + INSIDE
    assert of(found, ok=False) == ["database", "provider"]
    assert of(found, ok=None) == INSIDE
    assert "slotbeat db upgrade" in found["database"][1]
    assert url in found["provider"][1]
    assert list(shell.cwd.iterdir()) == []


def test_only_the_processes_are_missing_beside_a_provider(
    shell_with_organization: CommandRunner, database: Database
) -> None:
    """With a migrated database and a simulator, beat and worker are what is missing; when both have
    left a heartbeat, all is well and the exit code is 0."""
    with Simulator(Options()) as simulator:
        shell_with_organization.variables["SWONKIE_BASE_URL"] = simulator.base_url
        found, text = findings(shell_with_organization), shell_with_organization.slotbeat("doctor")
        with database.write() as session:
            for kind in ("beat", "worker"):
                heartbeats.record(session, f"{kind}-1", kind, clock.now(session))
        fixed = shell_with_organization.slotbeat("doctor")
    assert of(found, ok=False) == ["beat", "workers"]
    assert "no worker has left a heartbeat" in found["workers"][1]
    assert "celery -A scheduler.app beat" in found["beat"][1]
    assert (text.code, text.err) == (1, "")
    failed = [line for line in text.out.splitlines() if line.startswith("FAIL")]
    assert [line.split(":")[0] for line in failed] == ["FAIL beat", "FAIL workers"]
    assert text.out.endswith("2 to fix.\n")
    assert (fixed.code, fixed.out.splitlines()[-1]) == (0, "All is well."), fixed.out
    assert re.search(r"alive: worker-1 \(\d+ s ago\)", fixed.out)


def test_all_is_not_well_over_posts_that_need_a_person(
    shell_with_organization: CommandRunner, database: Database
) -> None:
    """The check has the mark "look" with the counts, and the last line repeats them, also beside
    failures; an acknowledged post does not count. The exit code tells about the system alone, and
    so does `ok` in JSON."""
    owner = add_organization(database)
    statuses = ("failed", "failed", "partial", "missed", "unknown", "published", "failed")
    for number, status in enumerate(statuses):
        post = queue_post(database, owner)
        with database.write() as session:
            row = session.get_one(Post, post.id)
            row.status = status
            if number == 6:  # somebody left it as it is
                row.acknowledged_at = clock.now(session)
            session.add(row)
    counts = "2 failed, 1 missed, 1 unknown, 1 partial"
    with Simulator(Options()) as simulator:
        shell_with_organization.variables["SWONKIE_BASE_URL"] = simulator.base_url
        broken = shell_with_organization.slotbeat("doctor")
        with database.write() as session:
            for kind in ("beat", "worker"):
                heartbeats.record(session, f"{kind}-1", kind, clock.now(session))
        whole = shell_with_organization.slotbeat("doctor")
        found = findings(shell_with_organization)
    assert (broken.code, broken.out.splitlines()[-1]) == (
        1,
        f"2 to fix; but posts need a person: {counts}.",
    )
    assert (whole.code, whole.out.splitlines()[-1]) == (
        0,
        f"Nothing to fix; but posts need a person: {counts}.",
    )
    assert f"look posts: need a person: {counts}\n" in whole.out
    assert found["posts"][0] is True


def test_the_queue_of_late_posts_is_told(
    shell_with_organization: CommandRunner, database: Database
) -> None:
    """The check of posts and the metrics say how many wait for their turn, and until when."""
    post = queue_post(database, add_organization(database))
    with database.write() as session:
        row = session.get_one(Post, post.id)
        row.status, row.late_at = PostStatus.SCHEDULED, clock.now(session) + timedelta(hours=2)
        session.add(row)
    until = f"{row.late_at:%Y-%m-%d %H:%M} UTC"
    found = findings(shell_with_organization)
    with database.read() as session:
        exposition = expose_metrics(session).decode()
    sentence = f"none needs a person; 1 late, one after another until {until}"
    assert found["posts"] == (True, sentence)
    assert "slotbeat_late_posts 1.0" in exposition
    (seconds,) = re.findall(r"^slotbeat_late_queue_seconds ([0-9.]+)", exposition, re.MULTILINE)
    assert 7_000 < float(seconds) <= 7_200


def test_jobs_that_no_worker_claims_fail_the_check(
    shell_with_organization: CommandRunner, database: Database
) -> None:
    """A job that has been due for long fails; posts that wait for a person are advice, with the
    command that lists them; a heartbeat from the future betrays a clock."""
    owner = add_organization(database)
    post = queue_post(database, owner)
    with database.write() as session:
        now = clock.now(session)
        job = Job(kind="post", subject_id="gone", wake_at=now - timedelta(hours=2))
        row = session.get_one(Post, post.id)
        row.status = PostStatus.MISSED
        session.add(job)
        session.add(row)
        heartbeats.record(session, "worker-1", "worker", now + timedelta(minutes=5))
    found = findings(shell_with_organization)
    assert (found["jobs"][0], "oldest has been due for 2:00:0" in found["jobs"][1]) == (False, True)
    assert found["posts"] == (
        True,
        "need a person: 1 missed → slotbeat posts list --status missed",
    )
    assert found["clocks"][0] is False
    assert "worker-1" in found["clocks"][1]


def test_another_secret_key_is_noticed(
    shell_with_organization: CommandRunner, database: Database
) -> None:
    """With a key that cannot read what is stored; an older key beside it is advice to rotate."""
    keys = ("credentials", "set", "--api-id", "id", "--key-file", "-")
    add_organization(database)
    assert findings(shell_with_organization)["secret key"] == (
        True,
        "nothing is stored under it yet",
    )
    assert shell_with_organization.slotbeat(*keys, stdin=b"key").code == 0
    assert findings(shell_with_organization)["secret key"] == (True, "reads what is stored")
    ok, words = findings(shell_with_organization, SECRET_KEY="another key of tests")["secret key"]
    assert (ok, "SLOTBEAT_SECRET_KEY_PREVIOUS" in words) == (False, True)
    ok, words = findings(
        shell_with_organization,
        SECRET_KEY="another key of tests",
        SECRET_KEY_PREVIOUS="a secret for tests",
    )["secret key"]
    assert (ok, "slotbeat credentials rotate" in words) == (True, True)


@pytest.mark.parametrize(
    ("level", "said"), [("0001", "slotbeat db upgrade"), ("9999", "run the newer Slotbeat")]
)
def test_a_database_at_another_level(
    shell_with_organization: CommandRunner, database: Database, level: str, said: str
) -> None:
    """Older: upgrade it. Newer: an upgrade cannot fix that, and other commands print it as well."""
    with database.write() as session:
        statement = sql("UPDATE alembic_version SET version_num = :level")
        session.connection().execute(statement, {"level": level})
    ok, words = findings(shell_with_organization)["database"]
    assert (ok, level in words, said in words) == (False, True, True)
    if level == "9999":
        for command in (["org", "list"], ["db", "upgrade"]):
            result = shell_with_organization.slotbeat(*command)
            assert (result.code, "newer Slotbeat" in result.errors) == (1, True)


def test_a_redis_that_may_lose_messages_is_named(shell: CommandRunner, redis_url: str) -> None:
    """Without an append-only file: advice. With eviction: the check fails."""
    found = findings(shell, BROKER_URL=redis_url, SWONKIE_BASE_URL=nowhere())["broker"]
    assert (found[0], "appendonly yes" in found[1]) == (True, True)
    with redis.Redis.from_url(redis_url) as client:
        client.config_set("maxmemory-policy", "allkeys-lru")
        try:
            ok, words = findings(shell, BROKER_URL=redis_url, SWONKIE_BASE_URL=nowhere())["broker"]
        finally:
            client.config_set("maxmemory-policy", "noeviction")
    assert (ok, "allkeys-lru" in words, "noeviction" in words) == (False, True, True)


@pytest.mark.parametrize(
    ("variables", "check", "said"),
    [
        ({"BROKER_URL": "redis://127.0.0.1:{}/0"}, "broker", "cannot be reached"),
        ({"BROKER_URL": "amqp://127.0.0.1:{}//", "RATE_LIMIT": "0"}, "broker", "cannot be reached"),
        ({"BROKER_URL": "amqp://127.0.0.1:{}//"}, "settings", "SLOTBEAT_RATE_LIMIT_URL"),
        ({"RATE_LIMIT_URL": "redis://:hunter2@127.0.0.1:{}"}, "rate limits", "cannot be reached"),
        ({"DATABASE_URL": "postgresql://a:hunter2@127.0.0.1:{}/a"}, "database", "does not answer"),
        ({"DATABASE_URL": "sqlite:////dev/null/a.db"}, "settings", "SLOTBEAT_DATABASE_URL"),
        ({"SWONKIE_BASE_URL": "http://[::1"}, "provider", ""),
        ({"MEDIA_STORAGE": "/dev/null/a"}, "files", "SLOTBEAT_MEDIA_STORAGE: cannot keep files"),
        ({"TICK": "0"}, "settings", "SLOTBEAT_TICK"),
        ({"TOCK": "1"}, "settings", "did you mean SLOTBEAT_TICK?"),
    ],
)
def test_each_problem_fails_one_check(
    shell: CommandRunner, variables: dict[str, str], check: str, said: str
) -> None:
    """Each problem fails its check, which prints a fix and no password."""
    closed = {name: value.format(free_port()) for name, value in variables.items()}
    found = findings(shell, SECRET_KEY="s" * 64, **closed)
    ok, message = found[check]
    assert ok is False
    assert said in message
    assert "hunter2" not in str(found)


def test_a_check_that_hangs_or_breaks_stops_no_other() -> None:
    """One that never ends fails at the timeout; one that raises an error fails with its text."""

    never = threading.Event()

    def breaks() -> CheckResult:
        raise RuntimeError("a defect")

    def hangs() -> CheckResult:
        never.wait()
        return pass_check("hangs", "too late")

    found = run_checks(
        {"hangs": hangs, "breaks": breaks, "works": lambda: pass_check("works", "ok")}, 0.2
    )
    never.set()
    assert [each.name for each in found] == ["hangs", "breaks", "works"]
    assert [each.ok for each in found] == [False, False, True]
    assert "did not answer within 0.2 s" in found[0].message
    assert "RuntimeError: a defect" in found[1].message
