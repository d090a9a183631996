"""What a process counts, as its heartbeat carries it: a Prometheus registry's families as JSON.

A family is {"name", "type", "help", "samples": [[name, labels, value], …]}.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from prometheus_client import CollectorRegistry, Metric

Family = dict[str, Any]
# When a series began, which the library adds to each; Prometheus itself knows.
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
    """The families of several processes, each family once, its samples with the labels of their
    process."""
    found: dict[str, Metric] = {}
    for labels, families in processes:
        for family in families:
            metric = found.setdefault(
                family["name"], Metric(family["name"], family["help"], family["type"])
            )
            for name, own, value in family["samples"]:
                metric.add_sample(name, {**own, **labels}, value)
    yield from found.values()
