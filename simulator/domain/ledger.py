"""The ledger: what really went out, one row for each post and profile. It only ever grows."""

import sqlite3
from dataclasses import asdict, dataclass
from typing import Any, Final

from simulator.timestamps import format_instant, format_optional_instant

# A pair (marker, profile) is doubled when more than one post of it is out or is going out: a
# ledger row counts even when its post was deleted since, a live post counts until it settled.
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
    """One post that went out on one profile; instants in ms."""

    post_id: str
    profile_id: str
    network: str
    marker: str
    caption_sha256: str
    publish_at: int | None
    published_at: int


def append_publication(database: sqlite3.Connection, publication: Publication) -> None:
    """Write one row; the table refuses to change or lose it."""
    database.execute(
        "INSERT INTO publication (post_id, profile_id, network, marker, caption_sha256,"
        " publish_at, published_at) VALUES (:post_id, :profile_id, :network, :marker,"
        " :caption_sha256, :publish_at, :published_at)",
        asdict(publication),
    )


def list_publications(database: sqlite3.Connection) -> list[dict[str, Any]]:
    """The whole ledger, oldest first, in JSON's terms."""
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
