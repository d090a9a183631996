"""The profiles of a workspace: one on each network, made when the workspace is first seen."""

import sqlite3
from typing import Any

from simulator.ids import derived_id
from simulator.networks import NETWORKS
from simulator.store import Store


def open_workspace(store: Store, workspace: str) -> None:
    """Make sure that the workspace has its profiles; harmless to repeat."""
    with store.transaction() as database:
        database.executemany(
            "INSERT OR IGNORE INTO profile VALUES (?, ?, ?, ?, ?)",
            [
                (derived_id(workspace, code), workspace, code, f"Brand on {name}", f"brand.{code}")
                for code, name in NETWORKS.items()
            ],
        )


def list_profiles(store: Store, workspace: str) -> list[dict[str, Any]]:
    """All profiles of a workspace, as the wire shows them."""
    rows = store.read.execute(
        "SELECT * FROM profile WHERE workspace = ? ORDER BY rowid", (workspace,)
    )
    return [profile_json(row) for row in rows]


def known_profiles(database: sqlite3.Connection, workspace: str) -> set[str]:
    """The ids that posts of this workspace may name."""
    rows = database.execute("SELECT id FROM profile WHERE workspace = ?", (workspace,))
    return {row["id"] for row in rows}


def profile_json(row: sqlite3.Row) -> dict[str, Any]:
    """`{id, name, username, net: {name, code}, statusLevel}`."""
    return {
        "id": row["id"],
        "name": row["name"],
        "username": row["username"],
        "net": {"name": NETWORKS[row["network"]], "code": row["network"]},
        "statusLevel": "OK",
    }
