"""GET /metrics: jobs, posts and processes."""

import re
from datetime import timedelta
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from models import tables
from models.database import Database
from models.server_outage import ServerOutage
from models.store import clock
from models.tables import JOB, POST
from scheduler.metrics import BeatMetrics
from tests.integration.live_server import ApiServer, OrganizationClient
from tests.integration.local_times import in_the_future
from tests.integration.past_heartbeats import record_ago
from tests.paths import ROOT
from tests.unit.worker import snapshot_builders
from worker.metrics import WorkerMetrics
from worker.planner.decisions import RunStep, Step
from worker.steps.outcome import Done

DOCUMENT = ROOT / "docs" / "reference" / "metrics.md"
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
Sample = tuple[str, frozenset[tuple[str, str]]]


def scraped(api: ApiServer) -> dict[Sample, float]:
    """The samples by name and labels, read with Prometheus' own parser."""
    answer = api.http.get("/metrics")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/plain; version=")
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def sample(found: dict[Sample, float], name: str, **labels: str) -> float | None:
    """One sample's value; None where there is no such sample."""
    return found.get((f"slotbeat_{name}", frozenset(labels.items())))


@pytest.fixture
def idle_organization(any_organization: OrganizationClient) -> OrganizationClient:
    """An organization in a database without other jobs and posts."""
    with any_organization.api.database.write() as session:
        connection = session.connection()
        connection.execute(JOB.update().values(wake_at=None, dispatched_at=None))
        connection.execute(POST.update().values(status="cancelled"))
        connection.execute(tables.HEARTBEAT.delete())
    return any_organization


def test_jobs_are_counted_by_what_they_wait_for(idle_organization: OrganizationClient) -> None:
    """Due, waiting, dispatched and claimed by kind. A job with an expired claim is due again; jobs
    with nothing to do are not counted. The age is that of the oldest due and free job."""
    ids = [idle_organization.publish(publishMode="publish_now")["providerPostId"] for _ in range(6)]
    changes: list[dict[str, Any]] = [
        {"wake_at": -100 * SECOND},
        {"wake_at": 100 * SECOND},
        {"wake_at": -500 * SECOND, "claim": "a", "claim_expires_at": 60 * SECOND},
        {"wake_at": -50 * SECOND, "claim": "b", "claim_expires_at": -SECOND},
        {"wake_at": -10 * SECOND, "dispatched_at": -SECOND},
        {"wake_at": None},
    ]
    with idle_organization.api.database.write() as session:
        now = clock.now(session)
        for id_, change in zip(ids, changes, strict=True):
            values = {k: now + v if isinstance(v, timedelta) else v for k, v in change.items()}
            session.connection().execute(JOB.update().where(JOB.c.id == id_).values(**values))
    found = scraped(idle_organization.api)
    states = ("due", "waiting", "claimed", "dispatched")
    assert [sample(found, "jobs", kind="post", state=state) for state in states] == [2, 1, 1, 1]
    assert sample(found, "jobs", kind="queue", state="due") == 0
    assert sample(found, "queue_depth") == 1
    assert sample(found, "webhook_deliveries_pending") == 0
    assert 100 <= (sample(found, "oldest_due_job_age_seconds") or 0) < 400


def test_posts_are_counted_while_they_matter(idle_organization: OrganizationClient) -> None:
    """Posts under way and posts that need a person, of all organizations. Successfully ended posts
    have no sample, and no label has an id or a name."""
    other = idle_organization.api.create_organization("Somebody Else")
    idle_organization.publish(publishMode="draft", scheduledAt=in_the_future(days=1))
    for owner in (idle_organization, other):
        owner.publish(caption="do not show me")
    found = scraped(idle_organization.api)
    assert sample(found, "posts", status="draft") == 1
    assert sample(found, "posts", status="backlog") == 2
    assert sample(found, "posts", status="failed") == 0
    assert sample(found, "posts", status="cancelled") is None
    text = idle_organization.api.http.get("/metrics").text
    for private in (idle_organization.id, other.id, "do not show me", "Somebody Else", "Lantern"):
        assert private not in text


def test_an_empty_system_has_all_its_zeros(idle_organization: OrganizationClient) -> None:
    """Without due jobs and live processes the samples exist, so that alerts can use them."""
    found = scraped(idle_organization.api)
    names = ("oldest_due_job_age_seconds", "queue_depth", "workers_alive", "beats_alive")
    assert [sample(found, name) for name in names] == [0, 0, 0, 0]


def test_every_metric_is_described(idle_organization: OrganizationClient) -> None:
    """docs/reference/metrics.md lists exactly the metric families that exist."""
    counted = WorkerMetrics()
    counted.record_step(
        snapshot_builders.post(), RunStep(Step.CREATE, snapshot_builders.delivery()), Done(), 0.3
    )
    say_alive(idle_organization.api.database, "w", "worker", SECOND, counted.families())
    beat = BeatMetrics()
    beat.add_broker(ServerOutage("the broker", "is away"))
    say_alive(idle_organization.api.database, "b", "beat", SECOND, beat.families())
    text = idle_organization.api.http.get("/metrics").text
    shown = set(re.findall(r"^# TYPE (\S+)", text, re.MULTILINE))
    table = [line for line in DOCUMENT.read_text().splitlines() if line.startswith("| `slotbeat")]
    assert shown == set(re.findall(r"`(slotbeat_\w+)`", "".join(table)))


def say_alive(database: Database, name: str, kind: str, ago: timedelta, families: object) -> None:
    """Leave a heartbeat as a process does."""
    with database.write() as session:
        record_ago(session, name, kind, ago, families)  # type: ignore[arg-type]


def test_what_living_processes_counted_is_shown(idle_organization: OrganizationClient) -> None:
    """Each with its worker's or beat's name. The beat's last tick is the time of its heartbeat. A
    process without a heartbeat for minutes is left out; after half a minute it is not alive."""
    counted, beat = WorkerMetrics(), BeatMetrics()
    counted.record_step(
        snapshot_builders.post(), RunStep(Step.CREATE, snapshot_builders.delivery()), Done(), 0.3
    )
    beat.firings.inc(3)
    database = idle_organization.api.database
    say_alive(database, "w1", "worker", SECOND, counted.families())
    say_alive(database, "w2", "worker", MINUTE, counted.families())
    say_alive(database, "w3", "worker", 4 * MINUTE, counted.families())
    say_alive(database, "b1", "beat", SECOND, beat.families())
    say_alive(database, "plain", "worker", SECOND, None)
    found = scraped(idle_organization.api)
    taken = {"step": "create", "outcome": "done"}
    shown = [sample(found, "attempts_total", worker=name, **taken) for name in ("w1", "w2", "w3")]
    assert shown == [1, 1, None]
    requests = "provider_request_duration_seconds_bucket"
    assert sample(found, requests, worker="w1", step="create", le="0.25") == 0
    assert sample(found, requests, worker="w1", step="create", le="0.5") == 1
    assert sample(found, "firings_total", beat="b1") == 3
    assert (sample(found, "workers_alive"), sample(found, "beats_alive")) == (2, 1)
    with database.read() as session:
        since = clock.now(session).timestamp() - (
            sample(found, "beat_last_tick_timestamp_seconds", beat="b1") or 0
        )
    assert 1 <= since < 60
