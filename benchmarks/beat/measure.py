"""One candidate in a process of its own: `fill` it with rules, or `run` it and write figures.

Arguments: the phase, and a JSON object (see `MeasurementTask`). Each figure is written as soon
as it is known, so a process that is stopped at the time limit leaves its first figures.
"""

import json
import statistics
import sys
import time
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from celery import signals

from benchmarks.beat.broker_queues import drain_queues
from benchmarks.beat.candidates.base import (
    LOOP_INTERVAL,
    BeatCandidate,
    CandidateConfig,
    NeedsRestart,
)
from benchmarks.beat.candidates.registry import CANDIDATES
from benchmarks.process_memory import peak_bytes

IDLE_TICKS = 400
IDLE_SECONDS = 8.0
BURST_SECONDS = 8.0
# Rules a second below which a large burst is not awaited.
SLOWEST_BURST = 500
# A candidate that notices a change at its next tick gets few of them.
CHANGES = 20
CHANGE_SECONDS = 3.0
CHANGE_LIMIT = 30.0
REPEATS = 3
# Celery imports these at first use. Imported beforehand, they count as imports, not as the start.
LATE_IMPORTS = (
    "kombu.transport.redis",
    "celery.app.amqp",
    "celery.app.task",
    "celery.app.events",
    "celery.backends.base",
    "celery.events.dispatcher",
    "celery.loaders.app",
    "psycopg",
    "sqlalchemy.dialects.postgresql.psycopg",
    "sqlalchemy.dialects.sqlite.pysqlite",
)


@dataclass(frozen=True, slots=True)
class MeasurementTask:
    """What this process measures."""

    candidate: str
    database_url: str
    broker_url: str
    folder: str
    size: int
    bursts: list[int]
    output: str


class CandidateMeter:
    """Measures a candidate and writes each figure as a line of JSON."""

    def __init__(self, candidate: BeatCandidate, output: Path) -> None:
        self._candidate = candidate
        self._output = output
        self._sent = 0
        signals.after_task_publish.connect(self._count)

    def _count(self, body: tuple[list[object], object, object], **_: object) -> None:
        first = body[0][0]  # our messages have a list of ids, all others one rule's number
        self._sent += len(first) if isinstance(first, list) else 1

    def write(self, metric: str, value: object) -> None:
        """Append a figure to the output file."""
        with self._output.open("a", encoding="utf-8") as lines:
            lines.write(json.dumps({"metric": metric, "value": value}) + "\n")

    def start(self) -> None:
        """Time from the start to the end of the first tick; imports and configuration are done."""
        begin = time.perf_counter()
        self._candidate.start()
        self._candidate.tick()
        self.write("start", time.perf_counter() - begin)
        if self._sent:
            raise RuntimeError(f"{self._sent} rules were due before any was made due")

    def idle(self, metric: str) -> None:
        """Ticks with nothing due: median, best tenth, and this process's CPU for each (s)."""
        laps: list[float] = []
        end = time.perf_counter() + IDLE_SECONDS
        cpu = time.process_time()
        while len(laps) < IDLE_TICKS and (time.perf_counter() < end or len(laps) < 3):
            begin = time.perf_counter()
            self._candidate.tick()
            laps.append(time.perf_counter() - begin)
        self.write(f"{metric}_cpu", (time.process_time() - cpu) / len(laps))
        self.write(f"{metric}_best_tenth", sorted(laps)[len(laps) // 10])
        self.write(f"{metric}_ticks", len(laps))
        self.write(metric, statistics.median(laps))

    def change(self) -> None:
        """Time from a change by another connection, right after a tick, to its message (s)."""
        laps: list[float] = []
        self._candidate.sleep(min(max(self._candidate.tick(), 0), LOOP_INTERVAL))
        while len(laps) < CHANGES and sum(laps) < CHANGE_SECONDS:
            sleep = self._candidate.tick()
            try:
                self._candidate.change_from_outside()
            except NeedsRestart:
                self.write("change", "restart")
                return
            begin, before = time.perf_counter(), self._sent
            while self._sent == before and time.perf_counter() < begin + CHANGE_LIMIT:
                self._candidate.sleep(min(max(sleep, 0), LOOP_INTERVAL))
                sleep = self._candidate.tick()
            laps.append(time.perf_counter() - begin)
            self._candidate.save_last_runs()
            self._clear_broker()
        self.write("change_worst", max(laps))
        self.write("change", statistics.median(laps))

    def burst(self, count: int) -> None:
        """Time until `count` rules that are due at once are recorded and in the broker."""
        laps: list[float] = []
        limit = max(BURST_SECONDS, count / SLOWEST_BURST)
        while len(laps) < REPEATS and sum(laps) < BURST_SECONDS:
            self._candidate.make_due(count)
            self._sent = 0
            begin = time.perf_counter()
            while self._sent < count and time.perf_counter() < begin + limit:
                self._candidate.tick()
            self._candidate.save_last_runs()
            lap = time.perf_counter() - begin
            sent_ids = self._clear_broker()
            if self._sent < count:  # out of time: report how many it sent
                self.write(f"burst_{count}_partial", {"sent": self._sent, "seconds": lap})
                return
            if sent_ids != count:
                raise RuntimeError(f"{sent_ids} ids are in the broker, not {count}")
            laps.append(lap)
        self.write(f"burst_{count}", statistics.median(laps))

    def _clear_broker(self) -> int:
        self._candidate.discard_work()
        return drain_queues(self._candidate.candidate_config.broker_url)


def run(candidate: BeatCandidate, task: MeasurementTask) -> None:
    """All measurements, those with little load first."""
    for module in LATE_IMPORTS:
        import_module(module)
    candidate.prepare()
    meter = CandidateMeter(candidate, Path(task.output))
    meter.write("memory_imports", peak_bytes())
    meter.start()
    meter.idle("idle")
    meter.write("memory_idle", peak_bytes())
    meter.change()
    meter.write("memory_peak", peak_bytes())
    for count in task.bursts:
        meter.burst(count)
        meter.write("memory_peak", peak_bytes())
    meter.idle("idle_later")
    candidate.close()


def main(phase: str, text: str) -> None:
    """Do one phase of a task."""
    task = MeasurementTask(**json.loads(text))
    config = CandidateConfig(task.database_url, task.broker_url, Path(task.folder), task.size)
    candidate = CANDIDATES[task.candidate].load()(config)
    if phase == "fill":
        candidate.insert_rules()
    else:
        run(candidate, task)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
