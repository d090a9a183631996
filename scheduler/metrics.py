"""A beat's metrics, counted in memory; the heartbeat writes them to the database, for /metrics."""

from prometheus_client import CollectorRegistry, Counter, Histogram

from models.metric_families import Family, add_broker_gauge, dump_registry
from models.server_outage import ServerOutage

# Most ticks are one query; those with many due slots take longer (s).
TICK_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class BeatMetrics:
    """The counters of one beat."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self.firings = Counter(
            "slotbeat_firings", "Slots that this beat opened", registry=self._registry
        )
        self.ticks = Histogram(
            "slotbeat_tick_duration_seconds",
            "How long a tick took, without the sleep after it",
            buckets=TICK_BUCKETS,
            registry=self._registry,
        )

    def add_broker(self, outage: ServerOutage) -> None:
        """Say whether the broker is there."""
        add_broker_gauge(self._registry, outage)

    def families(self) -> list[Family]:
        """All metric families, counted since the process began."""
        return dump_registry(self._registry)
