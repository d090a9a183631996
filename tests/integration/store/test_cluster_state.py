"""What a worker sees of the others: who lives, and which workspaces are left alone."""

from datetime import timedelta

from models.database import Database
from models.store import clock
from models.store.jobs import cluster_state, heartbeats
from models.store.tenants import organizations, workspaces

ALIVE = timedelta(seconds=15)
PAST = timedelta(seconds=60)


def seen(database: Database) -> cluster_state.ClusterState:
    """A look."""
    with database.read() as session:
        return cluster_state.read_cluster_state(session, ALIVE, PAST)


def test_living_workers_are_seen_in_order(database: Database) -> None:
    """Those that gave a sign of life lately; beats and the dead are none of them."""
    with database.write() as session:
        now = clock.now(session)
        heartbeats.record(session, "b", "worker", now)
        heartbeats.record(session, "a", "worker", now - ALIVE / 2)
        heartbeats.record(session, "dead", "worker", now - ALIVE * 2)
        heartbeats.record(session, "beat", "beat", now)
    assert seen(database).workers == ("a", "b")


def test_blocks_are_seen_while_they_matter(database: Database) -> None:
    """Those that hold, and those that ended so lately that their jobs are just waking."""
    with database.write() as session:
        now = clock.now(session)
        ends = {"holds": now + PAST, "just over": now - PAST / 2, "long over": now - PAST * 2}
        ids = {}
        for name, until in ends.items():
            organization, _ = organizations.create(session, name, name)
            ids[name] = workspaces.ensure_workspace(session, organization.id, name).id
            workspaces.block_workspace(session, ids[name], until)
    looked = seen(database)
    del ends["long over"]
    assert looked.blocks == {ids[name]: until for name, until in ends.items()}
    assert looked.now >= now
