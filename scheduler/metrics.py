"""What a beat counts in memory; its heartbeat takes it to the database, for /metrics."""

from prometheus_client import CollectorRegistry, Counter, Histogram

from models.metric_families import Family, dump_registry

# Most ticks are one look; a stampede's take longer (s).
TICK_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class BeatMetrics:
    """One a beat."""

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

    def families(self) -> list[Family]:
        """All that was counted since the process began."""
        return dump_registry(self._registry)
