"""The profiles of a workspace: one on each network, made when the workspace is first seen, and
what people link beside them."""

import sqlite3
from collections.abc import Mapping
from typing import Any, Final

from simulator.domain.networks import NETWORKS
from simulator.ids import derived_id, new_id
from simulator.sqlite_store import SqliteStore

# What may be said of a profile while the simulator runs: JSON key -> column.
EDITABLE_FIELDS: Final[Mapping[str, str]] = {
    "statusLevel": "status_level",
    "listed": "listed",
    "name": "name",
    "username": "username",
}
_INSERT_PROFILE: Final = "INSERT OR IGNORE INTO profile (id, workspace, network, name, username)"


def open_workspace(store: SqliteStore, workspace: str) -> None:
    """Make sure that the workspace has its profiles; harmless to repeat."""
    with store.transaction() as database:
        database.executemany(
            f"{_INSERT_PROFILE} VALUES (?, ?, ?, ?, ?)",
            [
                (derived_id(workspace, code), workspace, code, f"Brand on {name}", f"brand.{code}")
                for code, name in NETWORKS.items()
            ],
        )


def list_profiles(store: SqliteStore, workspace: str) -> list[dict[str, Any]]:
    """The profiles of a workspace that are linked, as the wire shows them."""
    rows = store.connection.execute(
        "SELECT * FROM profile WHERE workspace = ? AND listed ORDER BY rowid", (workspace,)
    )
    return [profile_json(row) for row in rows]


def profile_ids(database: sqlite3.Connection, workspace: str) -> set[str]:
    """The ids that posts of this workspace may name."""
    rows = database.execute("SELECT id FROM profile WHERE workspace = ? AND listed", (workspace,))
    return {row["id"] for row in rows}


def profile_json(row: sqlite3.Row) -> dict[str, Any]:
    """`{id, name, username, net: {name, code}, statusLevel}`."""
    return {
        "id": row["id"],
        "name": row["name"],
        "username": row["username"],
        "net": {"name": NETWORKS[row["network"]], "code": row["network"]},
        "statusLevel": row["status_level"],
    }


def list_workspaces(store: SqliteStore) -> list[str]:
    """The workspaces that were seen, the newest first."""
    rows = store.connection.execute(
        "SELECT workspace FROM profile GROUP BY workspace ORDER BY max(rowid) DESC"
    )
    return [row["workspace"] for row in rows]


def change_profiles(
    store: SqliteStore, network: str, profile_id: str | None, changes: Mapping[str, Any]
) -> int:
    """Say this of every profile on a network, in all workspaces, or of one of them; returns of how
    many."""
    columns = ", ".join(f"{EDITABLE_FIELDS[key]} = ?" for key in changes)
    with store.transaction() as database:
        changed = database.execute(
            f"UPDATE profile SET {columns} WHERE network = ? AND id = coalesce(?, id)",  # noqa: S608
            (*changes.values(), network, profile_id),
        )
    return changed.rowcount


def link_profile(store: SqliteStore, workspace: str, network: str) -> None:
    """What a person does who links a network: what was lost or broken is good again; where nothing
    was, the workspace gets one profile more."""
    with store.transaction() as database:
        repaired = database.execute(
            "UPDATE profile SET listed = 1, status_level = 'OK' WHERE workspace = ?"
            " AND network = ? AND NOT (listed AND status_level = 'OK')",
            (workspace, network),
        )
        if not repaired.rowcount:
            count = database.execute(
                "SELECT count(*) FROM profile WHERE workspace = ? AND network = ?",
                (workspace, network),
            ).fetchone()[0]
            name, username = f"Brand {count + 1} on {NETWORKS[network]}", f"brand{count + 1}"
            database.execute(
                f"{_INSERT_PROFILE} VALUES (?, ?, ?, ?, ?)",
                (new_id(), workspace, network, name, f"{username}.{network}"),
            )
