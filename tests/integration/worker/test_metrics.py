"""The metrics of a worker and a beat, in their heartbeats."""

from datetime import timedelta

from models.database import Database
from models.store import clock
from models.store.jobs import heartbeats
from scheduler.beat import Ticker
from tests.integration.scheduler.queue_factories import LEAD, add_due_rules
from tests.integration.scheduler.queue_factories import database_now as clock_of
from tests.integration.scheduler.test_dispatch import RecordingBroker
from tests.integration.worker.worker_harness import WorkerHarness

HOUR = timedelta(hours=1)
Samples = dict[str, float]


def samples(database: Database, kind: str) -> Samples:
    """The samples in the newest heartbeat of a kind, by name and labels."""
    with database.read() as session:
        signs = heartbeats.list_alive(session, clock.now(session) - HOUR)
    (sign,) = [each for each in signs if each.kind == kind]
    return {
        " ".join([name, *labels.values()]): value
        for family in sign.metrics or []
        for name, labels, value in family["samples"]
    }


def test_a_worker_counts_its_steps_and_the_lateness_of_what_went_out(
    harness: WorkerHarness,
) -> None:
    """A post on two networks: two creates, two publications with their lateness, and each step's
    duration; a refusal counts under its error's name. The heartbeat has all of it."""
    good = harness.accept(platforms=["x", "linkedin"])
    bad = harness.accept(
        "", "photo", platforms=["x"], photoUrls=[f"{harness.simulator.origin}/media/no"]
    )
    harness.run_to_end(good, bad)
    (runner,) = harness.runners
    runner._write_heartbeat()
    found = samples(harness.database, "worker")
    assert found["slotbeat_attempts_total create done"] == 2
    assert found["slotbeat_attempts_total publish_now done"] == 2
    assert found["slotbeat_attempts_total upload give_up"] == 1
    assert found["slotbeat_provider_request_duration_seconds_count create"] == 2
    assert found["slotbeat_slot_lateness_seconds_count"] == 2
    assert 0 < found["slotbeat_slot_lateness_seconds_sum"] < 120


def test_a_beat_counts_its_ticks_and_firings(database: Database) -> None:
    """Each slot that it opens, and each tick's duration; the next heartbeat has them."""
    start = clock_of(database).replace(tzinfo=None, second=0, microsecond=0)
    add_due_rules(database, 3, start + LEAD - HOUR)
    ticker = Ticker(database, LEAD, 1)
    ticker.run(RecordingBroker())
    ticker.run(RecordingBroker())
    ticker._last_heartbeat = float("-inf")
    ticker._record_heartbeat()
    found = samples(database, "beat")
    assert found["slotbeat_firings_total"] >= 3
    assert found["slotbeat_tick_duration_seconds_count"] == 2
    ticker._polling_connection.close()
