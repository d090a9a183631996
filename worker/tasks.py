"""The Celery tasks. A message carries job ids, or nothing at all."""

from collections.abc import Callable, Sequence

from celery import Celery

from models.task_names import PRUNE_TASK, TASK_FOR_KIND


def register(app: Celery, run: Callable[[Sequence[str]], int], prune: Callable[[], object]) -> None:
    """Register a task for each kind of job, and one that prunes. `run` gets the ids of the jobs."""

    def run_jobs(job_ids: list[str]) -> int:
        return run(job_ids)

    def run_pruning() -> None:
        prune()

    for name in TASK_FOR_KIND.values():
        app.task(run_jobs, name=name, ignore_result=True)
    app.task(run_pruning, name=PRUNE_TASK, ignore_result=True)
