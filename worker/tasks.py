"""The Celery tasks, by their names. A message carries job ids and nothing else."""

from collections.abc import Callable, Sequence

from celery import Celery

from models.task_names import TASK_FOR_KIND


def register(app: Celery, run: Callable[[Sequence[str]], int]) -> None:
    """Give the app a task for each kind of job; all of them carry the jobs that they name."""
    for name in TASK_FOR_KIND.values():
        app.task(_carrier(run), name=name, ignore_result=True)


def _carrier(run: Callable[[Sequence[str]], int]) -> Callable[[list[str]], int]:
    def carry(job_ids: list[str]) -> int:
        return run(job_ids)

    return carry
