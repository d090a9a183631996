"""Beat and workers: which of them said lately that they are alive?"""

from typing import Literal

from api.scrape import ALIVE, SHOWN
from cli.doctor.finding import Finding, ill, well
from config.settings import Settings
from models.database import Database
from models.store import clock, heartbeats

STARTS = {
    "beat": "start it: slotbeat up, or celery -A scheduler.app beat",
    "worker": "start one: slotbeat up, or celery -A worker.app worker",
}
NAMES = {"beat": "beat", "worker": "workers"}


def look(kind: Literal["beat", "worker"], _: Settings, database: Database) -> Finding:
    """Those with a heartbeat, and how old it is."""
    with database.read() as session:
        now = clock.now(session)
        signs = heartbeats.list_alive(session, now - SHOWN)
    ages = {each.id: now - each.at for each in signs if each.kind == kind}
    alive = [
        f"{id_} ({max(age.total_seconds(), 0):.0f} s ago)"
        for id_, age in ages.items()
        if age <= ALIVE
    ]
    if alive:
        return well(NAMES[kind], f"alive: {', '.join(alive)}")
    words = f"no {kind} has left a heartbeat in the last {ALIVE.seconds} s"
    return ill(NAMES[kind], words, STARTS[kind])
