"""The options of `celery worker`: threads or processes, and which are refused."""

from copy import copy
from typing import Any

import click
import pytest
from celery import Celery
from celery.bin.base import CLIContext
from celery.bin.worker import worker as celery_worker
from celery.concurrency.thread import TaskPool as ThreadPool

from config.celery_settings import celery_settings
from worker.celery_options import THREADS, engine_option
from worker.process_pool import ProcessPool


def parse(*options: str) -> dict[str, Any]:
    """What Celery's worker gets of these options."""
    app = Celery("tests")
    app.conf.update(celery_settings("redis://localhost"))
    command = copy(celery_worker)
    command.params = [*celery_worker.params, engine_option()]
    obj = CLIContext(app=app, no_color=True, workdir=None)
    params: dict[str, Any] = command.make_context("worker", list(options), obj=obj).params
    return params


@pytest.mark.parametrize("options", [(), ("-c", "1"), ("-c", "0"), ("-P", "threads"), ("-E",)])
def test_a_worker_is_one_process_with_threads(options: tuple[str, ...]) -> None:
    """Without --concurrency, or with 1, there is one engine: no process is forked for it."""
    params = parse(*options)
    assert (params["pool"], params["concurrency"]) == (ThreadPool, THREADS)


@pytest.mark.parametrize(
    ("options", "concurrency"),
    [
        (("--concurrency", "2"), 2),
        (("-c", "8", "-O", "fair", "-Q", "slotbeat", "-l", "info"), 8),
        (("--pool", "prefork", "-c", "3"), 3),
        (("-P", "processes", "-c", "3"), 3),
        (("-c", "auto"), "auto"),
    ],
)
def test_more_are_processes(options: tuple[str, ...], concurrency: object) -> None:
    """--concurrency N starts a process for each core; Celery itself counts the cores for auto."""
    params = parse(*options)
    assert (params["pool"], params["concurrency"]) == (ProcessPool, concurrency)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ("--autoscale 3,1", "--autoscale cannot work here: .* --concurrency auto"),
        ("-c 2 --autoscale 3,1", "--autoscale cannot work here"),
        ("-B", "--beat would start a beat that opens no slots. .* -A scheduler.app beat"),
        ("--scheduler any", "--scheduler belongs to beat"),
        ("-s any", "--schedule-filename belongs to beat"),
        ("-D", "--detach would close the log"),
        ("-f any.log", "--logfile would stay empty"),
        ("--time-limit 5", "--time-limit would kill"),
        ("-c 2 --soft-time-limit 5", "--soft-time-limit would kill"),
        ("-c 2 --max-tasks-per-child 5", "--max-tasks-per-child would end a process"),
        ("-c 2 --max-memory-per-child 5", "--max-memory-per-child would end .* container"),
        ("-c 2 --pool-start-method spawn", "--pool-start-method is fork"),
        ("-Q other", "--queues would miss jobs: all are in slotbeat"),
        ("-Q slotbeat,other", "--queues would miss jobs"),
        ("-X slotbeat", "--exclude-queues would leave nothing"),
        ("-P solo", "--pool follows from --concurrency"),
        ("-P prefork", "--pool follows from --concurrency"),
        ("-P threads -c 4", "--pool follows from --concurrency"),
    ],
)
def test_what_cannot_work_is_refused_with_a_sentence(options: str, words: str) -> None:
    """Nothing starts: the option's name, why, and what to use instead."""
    with pytest.raises(click.UsageError, match=f"^Slotbeat cannot start: {words}"):
        parse(*options.split())
