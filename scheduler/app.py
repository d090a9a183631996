"""The beat process: `celery -A scheduler.app beat`."""

import logging
from datetime import timedelta

from celery import Celery, signals

from config.celery_settings import celery_settings
from config.settings import Settings, load_or_exit
from models import schema_level
from models.database import Database
from models.task_names import PRUNE_TASK
from scheduler.beat import Ticker, scheduler_class
from scheduler.broker import CONFIRM_TIMEOUT

HOUR = 3600.0
# Beat's own entries, in Celery's heap. Every beat sends them: a second prune finds nothing to do.
# A message expires after an hour, when the next one is sent.
MAINTENANCE_SCHEDULE = {
    PRUNE_TASK: {
        "task": PRUNE_TASK,
        "schedule": HOUR,
        "options": {"expires": HOUR, "confirm_timeout": CONFIRM_TIMEOUT},
    }
}

LOST_CONNECTION = ("beat pidbox: connection error", "beat pidbox connection error")


def create_app(settings: Settings) -> Celery:
    """The Celery app whose beat opens the queue slots in the settings' database."""
    ticker = Ticker(
        Database(settings.database_url), timedelta(seconds=settings.lead_time), settings.tick
    )
    app = Celery("slotbeat.scheduler")
    app.conf.update(celery_settings(settings.broker_url))
    # Workers report what they received; a sent event for each message costs a third of beat's CPU.
    app.conf.task_send_sent_event = False
    app.conf.beat_scheduler = scheduler_class(ticker)
    app.conf.beat_max_loop_interval = settings.tick
    app.conf.beat_schedule = MAINTENANCE_SCHEDULE
    app.conf.beat_enable_remote_control = not settings.broker_url.startswith("memory")
    return app


def _is_no_lost_connection(record: logging.LogRecord) -> bool:
    """Celery's remote control of beat has a line for each of its tries to connect, the first with a
    traceback. That the broker is away is said once, by the tick (scheduler/broker.py)."""
    return not str(record.msg).lower().startswith(LOST_CONNECTION)


def _create_from_environment() -> Celery:
    settings = load_or_exit("beat", own_process=True)
    schema_level.check_or_exit(settings.database_url)
    # With a receiver for this signal, Celery does not configure logging.
    signals.setup_logging.connect(lambda **_: None, weak=False)
    logging.getLogger("celery.beat").addFilter(_is_no_lost_connection)
    return create_app(settings)


def __getattr__(name: str) -> Celery:
    """`scheduler.app.app`, created from the environment at first access."""
    if name != "app":
        raise AttributeError(name)
    app = globals()["app"] = _create_from_environment()
    return app
