"""The simulator's state: one SQLite file that survives a kill -9.

One connection, used from the event loop's thread only. Calls are short, so a transaction waits
for nothing but the disk; it is committed before the response is written.
"""

import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS profile (
    id TEXT PRIMARY KEY, workspace TEXT NOT NULL, network TEXT NOT NULL,
    name TEXT NOT NULL, username TEXT NOT NULL,
    status_level TEXT NOT NULL DEFAULT 'OK', listed INTEGER NOT NULL DEFAULT 1
);
CREATE INDEX IF NOT EXISTS profile_workspace ON profile (workspace);
CREATE TABLE IF NOT EXISTS media (
    id TEXT PRIMARY KEY, workspace TEXT NOT NULL, blob TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL, specs TEXT NOT NULL, created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL, size INTEGER, sha256 TEXT,
    ready_at INTEGER, doomed INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS post (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, workspace TEXT NOT NULL,
    type TEXT NOT NULL, stage TEXT NOT NULL, publish_at INTEGER, publishing_at INTEGER,
    created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL,
    marker TEXT NOT NULL, caption_text TEXT NOT NULL, content TEXT NOT NULL,
    deleted INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS post_dated ON post (workspace, coalesce(publish_at, created_at));
CREATE INDEX IF NOT EXISTS post_due ON post (stage, publish_at) WHERE NOT deleted;
CREATE TABLE IF NOT EXISTS placement (
    post_id TEXT NOT NULL, profile_id TEXT NOT NULL, place INTEGER NOT NULL,
    status TEXT, error TEXT, permalink TEXT,
    PRIMARY KEY (post_id, profile_id)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS publication (
    id INTEGER PRIMARY KEY AUTOINCREMENT, post_id TEXT NOT NULL, profile_id TEXT NOT NULL,
    network TEXT NOT NULL, marker TEXT NOT NULL, caption_sha256 TEXT NOT NULL,
    publish_at INTEGER, published_at INTEGER NOT NULL
);
-- A publication cannot be taken back: the ledger is append-only.
CREATE TRIGGER IF NOT EXISTS publication_is_final BEFORE UPDATE ON publication
BEGIN SELECT raise(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER IF NOT EXISTS publication_stays BEFORE DELETE ON publication
BEGIN SELECT raise(ABORT, 'the ledger is append-only'); END;
"""


# Migrates a file of an earlier version, whose profiles had no status columns.
_OLD_PROFILES: Final = """
ALTER TABLE profile RENAME TO old_profile;
{schema}
INSERT INTO profile (id, workspace, network, name, username)
    SELECT id, workspace, network, name, username FROM old_profile ORDER BY rowid;
DROP TABLE old_profile;
"""


class SqliteStore:
    """A connection to the state; `path` None keeps it in memory."""

    def __init__(self, path: Path | None) -> None:
        if path is not None:
            path.touch(0o600)  # captions of people; SQLite's other files get the same mode
        self._database = sqlite3.connect(path or ":memory:", isolation_level=None)
        self._database.row_factory = sqlite3.Row
        self._database.execute("PRAGMA journal_mode = WAL")
        # Safe for a killed process; only a power cut could lose the last commits.
        self._database.execute("PRAGMA synchronous = NORMAL")
        columns = {row["name"] for row in self._database.execute("PRAGMA table_info(profile)")}
        is_old = bool(columns) and "status_level" not in columns
        self._database.executescript(_OLD_PROFILES.format(schema=SCHEMA) if is_old else SCHEMA)

    def close(self) -> None:
        """Close the file; the store cannot be used afterwards."""
        self._database.close()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Read and write: committed at the end of the block, undone when it raises."""
        self._database.execute("BEGIN IMMEDIATE")
        try:
            yield self._database
            self._database.execute("COMMIT")
        except BaseException:  # also a cancellation must not leave a transaction open
            if self._database.in_transaction:  # SQLite has undone it itself at a full disk
                self._database.execute("ROLLBACK")
            raise

    @property
    def connection(self) -> sqlite3.Connection:
        """For queries that change nothing."""
        return self._database

    def signing_secret(self) -> bytes:
        """The key of the upload signatures; stored, so that they stay valid after a restart."""
        with self.transaction() as database:
            database.execute(
                "INSERT OR IGNORE INTO setting VALUES ('secret', ?)", (secrets.token_hex(32),)
            )
            row = database.execute("SELECT value FROM setting WHERE name = 'secret'").fetchone()
        return bytes.fromhex(row["value"])
