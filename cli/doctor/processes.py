"""Checks that a beat, or a worker, has written a heartbeat lately."""

from typing import Literal

from cli.doctor.check_result import CheckResult, fail_check, pass_check
from config.settings import Settings
from models.database import Database
from models.store import clock
from models.store.jobs import heartbeats
from models.store.jobs.heartbeats import ALIVE_WINDOW, HEARTBEAT_WINDOW

START_HINTS = {
    "beat": "start it: slotbeat up, or celery -A scheduler.app beat",
    "worker": "start one: slotbeat up, or celery -A worker.app worker",
}
CHECK_NAMES = {"beat": "beat", "worker": "workers"}


def check(kind: Literal["beat", "worker"], _: Settings, database: Database) -> CheckResult:
    """List the processes that are alive, with the age of their heartbeats."""
    with database.read() as session:
        now = clock.now(session)
        processes = heartbeats.list_alive(session, now - HEARTBEAT_WINDOW)
    alive = [
        f"{each.id} ({max((now - each.at).total_seconds(), 0):.0f} s ago)"
        for each in processes
        if each.kind == kind and heartbeats.is_alive(each.at, now)
    ]
    if alive:
        return pass_check(CHECK_NAMES[kind], f"alive: {', '.join(alive)}")
    message = f"no {kind} has left a heartbeat in the last {ALIVE_WINDOW.seconds} s"
    return fail_check(CHECK_NAMES[kind], message, START_HINTS[kind])
