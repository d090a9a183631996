"""Posts a second through the worker, beside a chain of plain Celery tasks."""
