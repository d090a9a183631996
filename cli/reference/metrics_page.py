"""The page docs/reference/metrics.md, from an exposition with a sample of every metric."""

import re
from datetime import UTC, datetime

from cli.reference.markdown import render_page, render_table
from models.server_outage import ServerOutage
from models.statuses import PostStatus
from models.store.gauges import WorkGauges
from models.store.jobs.heartbeats import ProcessHeartbeat
from models.task_names import JobKind
from scheduler.metrics import BeatMetrics
from services.prometheus_exposition import render_exposition
from worker.metrics import WorkerMetrics

INTRODUCTION = """\
Every metric of `GET /metrics`. [Metrics](../metrics.md) explains how they are collected and what to
watch."""
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def render_metrics_page() -> str:
    """Every metric with its kind, labels and meaning."""
    text = _sample_exposition()
    kinds = dict(re.findall(r"^# TYPE (\S+) (\S+)$", text, re.MULTILINE))
    helps = dict(re.findall(r"^# HELP (\S+) (.*)$", text, re.MULTILINE))
    rows = [(f"`{name}`", kinds[name], _labels(text, name), helps[name]) for name in kinds]
    return render_page(
        "Metrics", INTRODUCTION, render_table(("Name", "Type", "Labels", "Meaning"), rows)
    )


def _labels(text: str, name: str) -> str:
    names: dict[str, None] = {}
    for labels in re.findall(rf"^{name}(?:_bucket)?{{(.*)}} ", text, re.MULTILINE):
        names |= dict.fromkeys(re.findall(r'(\w+)="', labels))
    return ", ".join(f"`{label}`" for label in names if label != "le")


def _sample_exposition() -> str:
    """The exposition of a web process, with one beat and one worker that have done some work."""
    worker, beat = WorkerMetrics(), BeatMetrics()
    beat.add_broker(ServerOutage("the broker", "is away"))
    worker.attempts.labels("create", "done").inc()
    worker.durations.labels("create").observe(1)
    heartbeats = [
        ProcessHeartbeat(kind, kind, NOW, metrics.families())
        for kind, metrics in (("worker", worker), ("beat", beat))
    ]
    jobs = {(kind.value, "due"): 0 for kind in JobKind}
    gauges = WorkGauges(jobs, {status.value: 0 for status in PostStatus}, None)
    return render_exposition(gauges, heartbeats, NOW).decode()
