"""Settings, Celery and logging configuration. Entry points read the environment here, once."""
