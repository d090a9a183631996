"""What processes count, on its way through the database's JSON, and what a worker's names mean."""

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


def shown(*processes: tuple[dict[str, str], list[Family]]) -> dict[str, float]:
    """The samples of these processes' families as Prometheus reads them, after JSON."""
    registry = CollectorRegistry()
    registry.register(_StaticCollector(merge_families(json.loads(json.dumps(processes)))))
    text = generate_latest(registry).decode()
    return {
        f"{sample.name}{dict(sorted(sample.labels.items()))}": sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def counted(*outcomes: Done | Snooze | Failed) -> list[Family]:
    """What a worker counted of these outcomes of a look at a scheduled delivery."""
    metrics = WorkerMetrics()
    do = RunStep(Step.VERIFY, snapshot_builders.delivery(DeliveryStatus.SCHEDULED))
    for outcome in outcomes:
        metrics.record_step(snapshot_builders.post(), do, outcome, 0.2)
    return metrics.families()


def test_what_two_workers_counted_stands_side_by_side() -> None:
    """Each sample keeps its labels and has its worker's name; help and type are said once."""
    found = shown(({"worker": "a"}, counted(LIVE, Snooze(LATE))), ({"worker": "b"}, counted(LIVE)))
    one = "{'outcome': 'done', 'step': 'verify', 'worker': 'a'}"
    assert found[f"slotbeat_attempts_total{one}"] == 1
    assert found["slotbeat_slot_lateness_seconds_sum{'worker': 'b'}"] == 7
    assert found["slotbeat_slot_lateness_seconds_bucket{'le': '5.0', 'worker': 'b'}"] == 0
    assert found["slotbeat_slot_lateness_seconds_bucket{'le': '10.0', 'worker': 'b'}"] == 1
    request = "slotbeat_provider_request_duration_seconds_count"
    assert found[request + "{'step': 'verify', 'worker': 'a'}"] == 2


def test_nothing_counted_yet_is_little_to_store() -> None:
    """A fresh worker has no attempts; nor does a beat's heartbeat hold when a series began."""
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
def test_outcomes_have_few_names(outcome: Done | Snooze | Failed, name: str) -> None:
    """Done, snooze, or the error's place in the tree: never a text of the provider's."""
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
    found = shown(({"beat": "a"}, BeatMetrics().families()), ({"beat": "b"}, families))
    assert found["slotbeat_firings_total{'beat': 'b'}"] == 2
