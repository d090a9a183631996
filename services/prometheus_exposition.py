"""The text of /metrics: gauges read from the database, and the metrics that live processes sent."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from prometheus_client import CollectorRegistry, Metric, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlmodel import Session

from models.metric_families import merge_families
from models.store import clock, gauges
from models.store.gauges import WorkGauges
from models.store.jobs import heartbeats
from models.store.jobs.heartbeats import HEARTBEAT_WINDOW, ProcessHeartbeat


class _StaticCollector(Collector):
    """A collector of metrics that were read before."""

    def __init__(self, metrics: Iterable[Metric]) -> None:
        self._metrics = list(metrics)

    def collect(self) -> Iterable[Metric]:
        """The metrics."""
        return self._metrics


def expose_metrics(session: Session) -> bytes:
    """The metrics in Prometheus' text format."""
    now = clock.now(session)
    return render_exposition(
        gauges.read_gauges(session, now),
        heartbeats.list_alive(session, now - HEARTBEAT_WINDOW),
        now,
    )


def expose_database_down() -> bytes:
    """The text while the database does not answer: `slotbeat_database_up 0` alone."""
    return _render([_database_metric(up=False)])


def render_exposition(
    work: WorkGauges, processes: Sequence[ProcessHeartbeat], now: datetime
) -> bytes:
    """The text of gauges and heartbeats that were read before."""
    metrics = [
        *_work_metrics(work, now),
        *_heartbeat_metrics(processes, now),
        *_process_metrics(processes),
    ]
    return _render([_database_metric(up=True), *metrics])


def _render(metrics: Iterable[Metric]) -> bytes:
    registry = CollectorRegistry()
    registry.register(_StaticCollector(metrics))
    return generate_latest(registry)


def _database_metric(*, up: bool) -> Metric:
    help_text = "Whether the database answered this web process: 1, or 0, and then nothing else"
    return GaugeMetricFamily("slotbeat_database_up", help_text, value=up)


def _work_metrics(work: WorkGauges, now: datetime) -> Iterator[Metric]:
    yield from _job_metrics(work, now)
    yield from _problem_metrics(work)
    posts = GaugeMetricFamily(
        "slotbeat_posts", "Posts that are under way, or need a person", labels=["status"]
    )
    for status, count in work.posts.items():
        posts.add_metric([status], count)
    yield posts
    yield from _late_metrics(work, now)


def _late_metrics(work: WorkGauges, now: datetime) -> Iterator[Metric]:
    yield GaugeMetricFamily(
        "slotbeat_late_posts",
        "Posts that missed their slot and wait for their turn within the grace",
        value=work.late.posts,
    )
    last_at = work.late.last_at
    yield GaugeMetricFamily(
        "slotbeat_late_queue_seconds",
        "How long it takes until the last of these posts has its turn; 0 without any",
        value=(last_at - now).total_seconds() if last_at else 0.0,
    )


def _job_metrics(work: WorkGauges, now: datetime) -> Iterator[Metric]:
    age = (now - work.oldest_due).total_seconds() if work.oldest_due else 0.0
    yield GaugeMetricFamily(
        "slotbeat_oldest_due_job_age_seconds",
        "How long the oldest job that is due and free has been due; 0 without any",
        value=max(age, 0.0),
    )
    jobs = GaugeMetricFamily(
        "slotbeat_jobs",
        "Jobs that have something to do: due, waiting (for their time), claimed (by a worker), "
        "dispatched (to the broker, and not claimed yet)",
        labels=["kind", "state"],
    )
    for (kind, state), count in work.jobs.items():
        jobs.add_metric([kind, state], count)
    yield jobs
    yield GaugeMetricFamily(
        "slotbeat_queue_depth",
        "Jobs that were handed to the broker and that no worker has taken",
        value=sum(count for (_, state), count in work.jobs.items() if state == "dispatched"),
    )
    yield GaugeMetricFamily(
        "slotbeat_webhook_deliveries_pending",
        "Webhook deliveries that are to be made",
        value=sum(count for (kind, _), count in work.jobs.items() if kind == "webhook"),
    )


def _problem_metrics(work: WorkGauges) -> Iterator[Metric]:
    yield GaugeMetricFamily(
        "slotbeat_webhooks_switched_off",
        "Webhooks that were switched off because nothing got through to them",
        value=work.disabled_webhooks,
    )
    connections = GaugeMetricFamily(
        "slotbeat_connections",
        "Connections that cannot be worked for: blocked (the provider limits calls, or is away), "
        "refused (it takes none of their keys)",
        labels=["state"],
    )
    for state, count in work.connections.items():
        connections.add_metric([state], count)
    yield connections
    organizations = GaugeMetricFamily(
        "slotbeat_organizations",
        "Organizations that the operator has switched off (disabled), or that are being deleted",
        labels=["state"],
    )
    for state, count in work.organizations.items():
        organizations.add_metric([state], count)
    yield organizations


def _heartbeat_metrics(processes: Sequence[ProcessHeartbeat], now: datetime) -> Iterator[Metric]:
    for kind in heartbeats.NEEDED_KINDS:
        alive = sum(heartbeats.is_alive(each.at, now) for each in processes if each.kind == kind)
        name, text = f"slotbeat_{kind}s_alive", f"{kind.capitalize()}s with a heartbeat in the last"
        yield GaugeMetricFamily(name, f"{text} 30 s", value=alive)
    ticks = GaugeMetricFamily(
        "slotbeat_beat_last_tick_timestamp_seconds",
        "When a beat last said that it ticks, which it does every 5 s (Unix time)",
        labels=["beat"],
    )
    for each in processes:
        if each.kind == "beat":
            ticks.add_metric([each.id], each.at.timestamp())
    yield ticks


def _process_metrics(processes: Sequence[ProcessHeartbeat]) -> Iterator[Metric]:
    return merge_families(({each.kind: each.id}, each.metrics or []) for each in processes)
