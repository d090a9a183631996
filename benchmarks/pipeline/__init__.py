"""Compares posts per second of our worker with those of plain Celery tasks."""
