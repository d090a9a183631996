"""The Celery tasks, by their names. A message carries job ids, or nothing at all."""

from collections.abc import Callable, Sequence

from celery import Celery

from models.task_names import PRUNE_TASK, TASK_FOR_KIND


def register(app: Celery, run: Callable[[Sequence[str]], int], prune: Callable[[], object]) -> None:
    """Give the app a task for each kind of job; all of them carry the jobs that they name. And one
    that prunes."""
    for name in TASK_FOR_KIND.values():
        app.task(_make_run_task(run), name=name, ignore_result=True)
    app.task(_make_prune_task(prune), name=PRUNE_TASK, ignore_result=True)


def _make_run_task(run: Callable[[Sequence[str]], int]) -> Callable[[list[str]], int]:
    def carry(job_ids: list[str]) -> int:
        return run(job_ids)

    return carry


def _make_prune_task(prune: Callable[[], object]) -> Callable[[], None]:
    def run() -> None:
        prune()

    return run
