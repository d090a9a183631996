"""Celery's pool of processes, which one lost process does not end.

Later Celery replaces a process that is killed. But one that is killed while the worker starts would
end the whole worker, with the posts of the other processes (docs/decisions/0054).
"""

from celery.concurrency.prefork import TaskPool


class ProcessPool(TaskPool):  # type: ignore[misc]  # Celery publishes no types
    """The pool of `--concurrency N`."""

    def did_start_ok(self) -> bool:
        """Whether the worker may go on. Where no process is left, something is wrong with all."""
        if super().did_start_ok():
            return True
        if not self._pool._pool:  # noqa: SLF001  (the processes that live; nothing public tells)
            return False
        self.maintain_pool()
        return True
