"""What `celery -A worker.app worker` accepts: one engine, or with --concurrency a process for each.

An engine (the job runner) runs hundreds of jobs on one core; Celery's threads or processes only
hand the ids of messages to it. Options that would leave posts lying are refused with a sentence
before anything starts. docs/celery.md says what each option does here.
"""

from typing import Final

import click
from celery.concurrency import get_implementation
from click.core import ParameterSource

from worker.process_pool import ProcessPool

# In the process of one engine. A thread waits for the claims of a message, not for its jobs.
THREADS: Final = 4
DEADLINES: Final = "would kill a process with hundreds of posts at work: each step has a deadline"
RESTARTS: Final = "would end a process with hundreds of posts at work, again and again"
POOL: Final = "follows from --concurrency: 1 is a process with threads, N starts N processes"
BEAT: Final = "belongs to beat, a process of its own: celery -A scheduler.app beat"
REFUSED: Final = {
    "autoscale": "cannot work here: a worker's load shows in no queue of Celery's. Start a process "
    "for each core with --concurrency auto",
    "beat": "would start a beat that opens no slots. Start ours: celery -A scheduler.app beat",
    "scheduler": BEAT,
    "schedule_filename": BEAT,
    "detach": "would close the log, which is on stderr. Let systemd, Docker or another supervisor "
    "start the worker, and again where it ends",
    "logfile": "would stay empty: the log is on stderr. Redirect that, for example 2>> worker.log",
    "time_limit": DEADLINES,
    "soft_time_limit": DEADLINES,
    "max_tasks_per_child": RESTARTS,
    "max_memory_per_child": f"{RESTARTS}. Limit the memory of the container or unit",
    "pool_start_method": "is fork, and cannot be another: leave it out",
    "exclude_queues": "would leave nothing: there is one queue",
}


def engine_option() -> click.Option:
    """A hidden option without a value, for `app.user_options`. Click processes it after all that
    were given: it checks them and sets the pool."""
    return click.Option(
        ["--slotbeat-engines"], hidden=True, expose_value=False, callback=_choose_pool
    )


def _choose_pool(context: click.Context, _option: click.Parameter, _value: object) -> None:
    for name, reason in REFUSED.items():
        _refuse_if(_is_given(context, name), context, name, reason)
    queue = context.obj.app.conf.task_default_queue
    is_other = _is_given(context, "queues") and context.params["queues"] != [queue]
    _refuse_if(is_other, context, "queues", f"would miss jobs: all are in {queue}")
    is_one = context.params["concurrency"] == 1
    pool = get_implementation("threads" if is_one else "prefork")
    is_other = _is_given(context, "pool") and context.params["pool"] is not pool
    _refuse_if(is_other, context, "pool", POOL)
    context.params["pool"] = pool if is_one else ProcessPool
    # Nothing here needs to know other workers, and each loss of the broker would be a traceback.
    context.params["without_gossip"] = True
    if is_one:
        context.params["concurrency"] = THREADS


def _is_given(context: click.Context, name: str) -> bool:
    source = context.get_parameter_source(name)
    return source in (ParameterSource.COMMANDLINE, ParameterSource.ENVIRONMENT)


def _refuse_if(is_wrong: bool, context: click.Context, name: str, reason: str) -> None:
    if is_wrong:
        option = f"--{name.replace('_', '-')}"
        raise click.UsageError(f"Slotbeat cannot start: {option} {reason}.", context)
