"""What a worker reads about the others: live workers, and blocked connections."""

from datetime import timedelta

from models.database import Database
from models.store import clock
from models.store.jobs import cluster_state, heartbeats
from models.store.tenants import connections, organizations

ALIVE = timedelta(seconds=15)
PAST = timedelta(seconds=60)


def read_state(database: Database) -> cluster_state.ClusterState:
    """The cluster state."""
    with database.read() as session:
        return cluster_state.read_cluster_state(session, ALIVE, PAST)


def test_live_workers_are_listed_in_order(database: Database) -> None:
    """Workers with a recent heartbeat; no beats, no dead workers."""
    with database.write() as session:
        now = clock.now(session)
        heartbeats.record(session, "b", "worker", now)
        heartbeats.record(session, "a", "worker", now - ALIVE / 2)
        heartbeats.record(session, "dead", "worker", now - ALIVE * 2)
        heartbeats.record(session, "beat", "beat", now)
    assert read_state(database).workers == ("a", "b")


def test_recent_blocks_are_listed(database: Database) -> None:
    """Blocks that hold, and blocks that ended so recently that their jobs wake now."""
    with database.write() as session:
        now = clock.now(session)
        ends = {"holds": now + PAST, "just over": now - PAST / 2, "long over": now - PAST * 2}
        ids = {}
        for name, until in ends.items():
            organization, _ = organizations.create(session, name, name)
            ids[name] = connections.ensure_connection(session, organization.id, name).id
            connections.block_connection(session, ids[name], until)
    state = read_state(database)
    del ends["long over"]
    assert state.blocks == {ids[name]: until for name, until in ends.items()}
    assert state.now >= now
