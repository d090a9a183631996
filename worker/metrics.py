"""The worker's metrics, counted in memory. Its heartbeat writes them to the database, for /metrics.

prometheus_client has locks of its own: the event loop may count while a thread reads.
"""

from datetime import datetime

from prometheus_client import CollectorRegistry, Counter, Histogram

from models.metric_families import Family, add_broker_gauge, dump_registry
from models.server_outage import ServerOutage
from models.snapshot import DeliveryView, PostView, UploadView
from models.statuses import DeliveryStatus
from worker.planner.decisions import RunStep
from worker.steps.outcome import Candidates, Done, Outcome, Snooze

# Seconds. Most steps are short calls, but an upload may last minutes.
DURATION_BUCKETS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300)
# Seconds: on time, hardly noticed, within a usual grace period, hours.
LATENESS_BUCKETS = (1, 2, 5, 10, 30, 60, 120, 300, 900, 3600, 14_400, 86_400)


class WorkerMetrics:
    """One in each process. No label has an id as value, so the number of time series is small."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self.attempts = Counter(
            "slotbeat_attempts",
            "Steps that were taken at the provider: done, snooze (not ready yet), or the error's "
            "kind, such as retry_after",
            ["step", "outcome"],
            registry=self._registry,
        )
        self.durations = Histogram(
            "slotbeat_provider_request_duration_seconds",
            "How long a step's calls at the provider took; an upload reads its source, too",
            ["step"],
            buckets=DURATION_BUCKETS,
            registry=self._registry,
        )
        self._lateness = Histogram(
            "slotbeat_slot_lateness_seconds",
            "How long after its slot a delivery was seen published; a late post counts from the "
            "slot that it missed, one that was to go at once from its acceptance",
            buckets=LATENESS_BUCKETS,
            registry=self._registry,
        )

    def add_broker(self, outage: ServerOutage) -> None:
        """Say whether the broker is there, in the process that is connected to it."""
        add_broker_gauge(self._registry, outage)

    def record_step(
        self, post: PostView, run_step: RunStep, outcome: Outcome, seconds: float
    ) -> None:
        """Count a step, its duration, and the lateness of a publication that it found."""
        self.attempts.labels(run_step.step.value, outcome_name(outcome)).inc()
        self.durations.labels(run_step.step.value).observe(seconds)
        late = lateness(post, run_step.subject, outcome)
        if late is not None:
            self._lateness.observe(late)

    def families(self) -> list[Family]:
        """All metrics since the start of the process."""
        return dump_registry(self._registry)


def outcome_name(outcome: Outcome) -> str:
    """`done`, `snooze`, or the error's name in the provider's tree, such as `retry_after`."""
    if isinstance(outcome, Done | Candidates):
        return "done"
    if isinstance(outcome, Snooze):
        return "snooze"
    name = type(outcome.error).__name__
    return "".join(f"_{char.lower()}" if char.isupper() else char for char in name).lstrip("_")


def lateness(post: PostView, subject: UploadView | DeliveryView, outcome: Outcome) -> float | None:
    """Seconds between the slot and the publication; None if this step found no publication."""
    if not isinstance(outcome, Done) or isinstance(subject, UploadView):
        return None
    at = outcome.changes.get("published_at")
    if outcome.changes.get("status") != DeliveryStatus.PUBLISHED or not isinstance(at, datetime):
        return None
    # A late post counts from its missed slot, a post for "now" from its acceptance.
    due = post.scheduled_for or post.accepted_at
    return max((at - due).total_seconds(), 0.0)
