"""The ledger: every publication, one row for each post and profile. Append-only."""

import sqlite3
from dataclasses import asdict, dataclass
from typing import Any, Final

from simulator.timestamps import format_instant, format_optional_instant

# A pair (marker, profile) is doubled when more than one of its posts was published or is about to
# be: ledger rows count even if the post was deleted since, posts count while they are SCHEDULED or
# PUBLISHING.
_DOUBLED: Final = """
SELECT count(*) FROM (
    SELECT marker, profile_id FROM (
        SELECT marker, profile_id FROM publication
        UNION ALL
        SELECT marker, profile_id FROM post JOIN placement ON post_id = post.id
            WHERE stage IN ('SCHEDULED', 'PUBLISHING') AND NOT deleted
    ) WHERE marker <> '' GROUP BY marker, profile_id HAVING count(*) > 1
)
"""


@dataclass(frozen=True)
class Publication:
    """One post published on one profile; instants in ms."""

    post_id: str
    profile_id: str
    network: str
    marker: str
    caption_sha256: str
    publish_at: int | None
    published_at: int


def append_publication(database: sqlite3.Connection, publication: Publication) -> None:
    """Insert one row; triggers refuse to change or delete it."""
    database.execute(
        "INSERT INTO publication (post_id, profile_id, network, marker, caption_sha256,"
        " publish_at, published_at) VALUES (:post_id, :profile_id, :network, :marker,"
        " :caption_sha256, :publish_at, :published_at)",
        asdict(publication),
    )


def list_publications(database: sqlite3.Connection) -> list[dict[str, Any]]:
    """The whole ledger as JSON objects, oldest first."""
    return [
        {
            "id": row["id"],
            "postId": row["post_id"],
            "profileId": row["profile_id"],
            "network": row["network"],
            "marker": row["marker"],
            "captionSha256": row["caption_sha256"],
            "publishAt": format_optional_instant(row["publish_at"]),
            "publishedAt": format_instant(row["published_at"]),
        }
        for row in database.execute("SELECT * FROM publication ORDER BY id")
    ]


def count_publications(database: sqlite3.Connection) -> int:
    """How many rows the ledger has."""
    return int(database.execute("SELECT count(*) FROM publication").fetchone()[0])


def count_doubled(database: sqlite3.Connection) -> int:
    """How many pairs (marker, profile) were published twice, or will be. Must always be 0."""
    return int(database.execute(_DOUBLED).fetchone()[0])
