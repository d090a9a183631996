"""The profiles of a workspace.

A workspace gets one profile on each network at its first call; people can link more.
"""

import sqlite3
from collections.abc import Mapping
from typing import Any, Final

from simulator.domain.networks import NETWORKS
from simulator.ids import derived_id, new_id
from simulator.sqlite_store import SqliteStore

# What tests may change of a profile while the simulator runs: JSON key → column.
EDITABLE_FIELDS: Final[Mapping[str, str]] = {
    "statusLevel": "status_level",
    "listed": "listed",
    "name": "name",
    "username": "username",
}
_INSERT_PROFILE: Final = "INSERT OR IGNORE INTO profile (id, workspace, network, name, username)"


def open_workspace(store: SqliteStore, workspace: str) -> None:
    """Insert the profiles of a workspace; harmless to repeat."""
    with store.transaction() as database:
        database.executemany(
            f"{_INSERT_PROFILE} VALUES (?, ?, ?, ?, ?)",
            [
                (derived_id(workspace, code), workspace, code, f"Brand on {name}", f"brand.{code}")
                for code, name in NETWORKS.items()
            ],
        )


def list_profiles(store: SqliteStore, workspace: str) -> list[dict[str, Any]]:
    """The linked profiles of a workspace as JSON objects."""
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
    """All workspaces, the newest first."""
    rows = store.connection.execute(
        "SELECT workspace FROM profile GROUP BY workspace ORDER BY max(rowid) DESC"
    )
    return [row["workspace"] for row in rows]


def change_profiles(
    store: SqliteStore, network: str, profile_id: str | None, changes: Mapping[str, Any]
) -> int:
    """Change the profiles on a network in all workspaces, or one of them; returns how many."""
    columns = ", ".join(f"{EDITABLE_FIELDS[key]} = ?" for key in changes)
    with store.transaction() as database:
        changed = database.execute(
            f"UPDATE profile SET {columns} WHERE network = ? AND id = coalesce(?, id)",  # noqa: S608
            (*changes.values(), network, profile_id),
        )
    return changed.rowcount


def link_profile(store: SqliteStore, workspace: str, network: str) -> None:
    """Link a network, as a person does on the provider's page.

    Repairs the profiles that are not linked or not OK; without such a profile, adds a new one.
    """
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
