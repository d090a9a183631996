"""What a worker reads about the others: which workers are alive, which connections are blocked."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlmodel import Session

from models.store import clock
from models.store.clock_set_back import LONGEST_WAIT
from models.tables import CONNECTION, HEARTBEAT


@dataclass(frozen=True, slots=True)
class ClusterState:
    """The sorted names of the live workers, and when each connection's block ends, at `now`."""

    now: datetime
    workers: tuple[str, ...]
    blocks: dict[str, datetime]


def read_cluster_state(
    session: Session, alive_within: timedelta, ended_within: timedelta
) -> ClusterState:
    """Workers with a heartbeat within `alive_within`; blocks that ended within `ended_within`
    or have not ended. A block that is longer than any was set before the clock was set back: it is
    about to be removed, and a worker would keep it."""
    now = clock.now(session)
    workers = select(HEARTBEAT.c.id).where(
        HEARTBEAT.c.kind == "worker", HEARTBEAT.c.at > now - alive_within
    )
    blocks = select(CONNECTION.c.id, CONNECTION.c.blocked_until).where(
        CONNECTION.c.blocked_until.between(now - ended_within, now + LONGEST_WAIT)
    )
    connection = session.connection()
    names = connection.execute(workers.order_by(HEARTBEAT.c.id)).scalars()
    return ClusterState(now, tuple(names), {row[0]: row[1] for row in connection.execute(blocks)})
