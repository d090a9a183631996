"""Prometheus metric families as JSON: how a heartbeat stores the metrics of its process.

A family is {"name", "type", "help", "samples": [[name, labels, value], …]}.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from prometheus_client import CollectorRegistry, Metric

Family = dict[str, Any]
# The library adds the start time of each series; Prometheus does not need it.
CREATED_SUFFIX = "_created"


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
