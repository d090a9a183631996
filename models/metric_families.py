"""Prometheus metric families as JSON: how a heartbeat stores the metrics of its process.

A family is {"name", "type", "help", "samples": [[name, labels, value], …]}.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from prometheus_client import CollectorRegistry, Gauge, Metric

from models.server_outage import ServerOutage

Family = dict[str, Any]
# The library adds the start time of each series; Prometheus does not need it.
CREATED_SUFFIX = "_created"
BROKER_GAUGE = "slotbeat_broker_up"


def add_broker_gauge(registry: CollectorRegistry, outage: ServerOutage) -> None:
    """Add the gauge that says whether the broker is there for this process."""
    text = "Whether the broker was there for this process when it last tried: 1 or 0"
    Gauge(BROKER_GAUGE, text, registry=registry).set_function(lambda: not outage.is_on)


def is_broker_away(families: Iterable[Family]) -> bool:
    """Whether a process said so in its metrics."""
    gauges = [each for each in families if each["name"] == BROKER_GAUGE]
    return any(not value for each in gauges for _, _, value in each["samples"])


def dump_registry(registry: CollectorRegistry) -> list[Family]:
    """The families of a registry that have samples."""
    return [family for family in map(_family, registry.collect()) if family["samples"]]


def _family(metric: Metric) -> Family:
    samples = [
        [sample.name, dict(sample.labels), sample.value]
        for sample in metric.samples
        if not sample.name.endswith(CREATED_SUFFIX)
    ]
    return {
        "name": metric.name,
        "type": metric.type,
        "help": metric.documentation,
        "samples": samples,
    }


def merge_families(processes: Iterable[tuple[dict[str, str], list[Family]]]) -> Iterator[Metric]:
    """The families of several (labels, families) processes: each family once, and the labels of its
    process on each sample."""
    merged: dict[str, Metric] = {}
    for labels, families in processes:
        for family in families:
            metric = merged.setdefault(
                family["name"], Metric(family["name"], family["help"], family["type"])
            )
            for name, own, value in family["samples"]:
                metric.add_sample(name, {**own, **labels}, value)
    yield from merged.values()
