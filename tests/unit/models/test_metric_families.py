"""Metric families of processes through the database's JSON, and the labels of worker metrics."""

import json
from datetime import timedelta

import pytest
from prometheus_client import CollectorRegistry, Counter, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from models.metric_families import Family, merge_families
from models.statuses import DeliveryStatus
from provider.errors import GiveUp, ProviderError, RetryAfter
from scheduler.metrics import BeatMetrics
from services.prometheus_exposition import _StaticCollector
from tests.unit.worker import snapshot_builders
from worker.metrics import WorkerMetrics, lateness, outcome_name
from worker.planner.decisions import RunStep, Step
from worker.steps.outcome import Done, Failed, Snooze

LATE = timedelta(seconds=7)
LIVE = Done({"status": DeliveryStatus.PUBLISHED, "published_at": snapshot_builders.SLOT + LATE})


def exposed_samples(*processes: tuple[dict[str, str], list[Family]]) -> dict[str, float]:
    """The samples of these processes' families as Prometheus reads them, after JSON."""
    registry = CollectorRegistry()
    registry.register(_StaticCollector(merge_families(json.loads(json.dumps(processes)))))
    text = generate_latest(registry).decode()
    return {
        f"{sample.name}{dict(sorted(sample.labels.items()))}": sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def families_of(*outcomes: Done | Snooze | Failed) -> list[Family]:
    """The metric families of a worker after these outcomes of a verify step."""
    metrics = WorkerMetrics()
    do = RunStep(Step.VERIFY, snapshot_builders.delivery(DeliveryStatus.SCHEDULED))
    for outcome in outcomes:
        metrics.record_step(snapshot_builders.post(), do, outcome, 0.2)
    return metrics.families()


def test_samples_of_two_workers_stay_apart() -> None:
    """Each sample keeps its labels and gets the name of its worker; help and type appear once."""
    found = exposed_samples(
        ({"worker": "a"}, families_of(LIVE, Snooze(LATE))), ({"worker": "b"}, families_of(LIVE))
    )
    one = "{'outcome': 'done', 'step': 'verify', 'worker': 'a'}"
    assert found[f"slotbeat_attempts_total{one}"] == 1
    assert found["slotbeat_slot_lateness_seconds_sum{'worker': 'b'}"] == 7
    assert found["slotbeat_slot_lateness_seconds_bucket{'le': '5.0', 'worker': 'b'}"] == 0
    assert found["slotbeat_slot_lateness_seconds_bucket{'le': '10.0', 'worker': 'b'}"] == 1
    request = "slotbeat_provider_request_duration_seconds_count"
    assert found[request + "{'step': 'verify', 'worker': 'a'}"] == 2


def test_a_new_process_has_few_families() -> None:
    """A new worker has no attempts; a beat's heartbeat has no start times of series."""
    assert {family["name"] for family in WorkerMetrics().families()} == {
        "slotbeat_slot_lateness_seconds"
    }
    names = [sample[0] for family in BeatMetrics().families() for sample in family["samples"]]
    assert "slotbeat_firings_total" in names
    assert not any(name.endswith("_created") for name in names)


@pytest.mark.parametrize(
    ("outcome", "name"),
    [
        (Done(), "done"),
        (Snooze(LATE), "snooze"),
        (Failed(GiveUp("no")), "give_up"),
        (Failed(RetryAfter("busy", 3)), "retry_after"),
    ],
)
def test_outcomes_have_few_labels(outcome: Done | Snooze | Failed, name: str) -> None:
    """Done, snooze, or the class of the error: never a text of the provider."""
    assert outcome_name(outcome) == name


def test_every_error_has_a_name() -> None:
    """The names are words with underscores, one for each class of the tree."""
    classes: list[type[ProviderError]] = [ProviderError]
    classes += ProviderError.__subclasses__()
    errors = [each("no") for each in classes]
    names = {outcome_name(Failed(each)) for each in errors}
    assert len(names) == len(errors)
    assert all(name.replace("_", "").isalpha() and name.islower() for name in names)


def test_lateness_counts_from_the_slot() -> None:
    """From the slot, also for a late post; from the acceptance where there is none; never below 0;
    and only for a delivery that was found published just now."""
    scheduled = snapshot_builders.delivery(DeliveryStatus.SCHEDULED)
    late = snapshot_builders.post(late_at=snapshot_builders.SLOT + LATE)
    at_once = snapshot_builders.post(scheduled_for=None, accepted_at=snapshot_builders.SLOT)
    early = snapshot_builders.post(scheduled_for=snapshot_builders.SLOT + 2 * LATE)
    assert [lateness(post, scheduled, LIVE) for post in (late, at_once, early)] == [7, 7, 0]
    gone = Done({"status": DeliveryStatus.FAILED})
    for outcome in (gone, Done(), Snooze(LATE), Failed(GiveUp("no"))):
        assert lateness(snapshot_builders.post(), scheduled, outcome) is None
    assert lateness(snapshot_builders.post(), snapshot_builders.media(), LIVE) is None


def test_a_newer_versions_help_does_not_break_the_page() -> None:
    """While two versions run, families of one name are one family."""
    registry = CollectorRegistry()
    Counter("slotbeat_firings", "Other words", registry=registry)
    families = [{"name": "slotbeat_firings", "type": "counter", "help": "Other words",
                 "samples": [["slotbeat_firings_total", {}, 2.0]]}]  # fmt: skip
    found = exposed_samples(({"beat": "a"}, BeatMetrics().families()), ({"beat": "b"}, families))
    assert found["slotbeat_firings_total{'beat': 'b'}"] == 2
