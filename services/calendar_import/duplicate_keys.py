"""The keys of one file: two rows with one key and other content are a mistake of a person."""

import re
import sqlite3
import unicodedata
from collections.abc import Iterable, Iterator

from media.urls import INVISIBLE
from services.calendar_import.rows import Row
from services.errors import FieldError

_INVISIBLE = re.compile(f"[{INVISIBLE}]")


def mark_duplicates(rows: Iterable[Row]) -> Iterator[Row]:
    """The rows. A row whose key stands in an earlier row with other content gets a problem that
    names that row; the same row again stays as it is.

    Keys that look the same are the same here: in either form of Unicode, and with invisible
    characters. The keys are in a temporary database, since a file may have more rows than
    memory can hold.
    """
    with _KeyTable() as seen:
        for row in rows:
            if row.has_own_key:
                first = seen.line_of_other(row)
                if first is not None:
                    row.problems.append(FieldError(field="key", message=_message(row.key, first)))
            yield row


def _message(key: str, line: int) -> str:
    return (
        f"{key!r} is the key of row {line} already, which says something else; "
        "give each post a key of its own"
    )


class _KeyTable:
    """Lines and contents by key."""

    def __init__(self) -> None:
        # An empty name: a file that SQLite itself deletes; small tables stay in memory.
        self._connection = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._connection.executescript(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN;"
            "CREATE TABLE seen (key TEXT PRIMARY KEY, line INT, content TEXT) WITHOUT ROWID"
        )

    def __enter__(self) -> "_KeyTable":
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def line_of_other(self, row: Row) -> int | None:
        """The first line with this key, if its content was another; None for a new key."""
        key = unicodedata.normalize("NFC", _INVISIBLE.sub("", row.key))
        values = (key, row.line, row.content)
        added = self._connection.execute("INSERT OR IGNORE INTO seen VALUES (?, ?, ?)", values)
        if added.rowcount:
            return None
        query = "SELECT line FROM seen WHERE key = ? AND content <> ?"
        found = self._connection.execute(query, (key, row.content)).fetchone()
        return int(found[0]) if found else None
