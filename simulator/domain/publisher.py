"""The provider's own timer: publishes SCHEDULED posts when their time has come.

It reads everything from the store, so after a restart it continues where it stopped, and catches
up on posts that became due meanwhile.
"""

import asyncio
import logging
import sqlite3
from contextlib import suppress
from typing import Final

from simulator.domain.captions import caption_digest, caption_for, simulated_publish_error
from simulator.domain.ledger import Publication, append_publication
from simulator.domain.posts import SimulatedPost, post_from_row, set_stage
from simulator.domain.stages import PUBLISHING, final_stage
from simulator.ids import derived_id
from simulator.state import SimulatorState
from simulator.timestamps import to_milliseconds

log = logging.getLogger(__name__)
# Posts per transaction: many due posts must not make the calls wait.
_BATCH: Final = 100
# ms. Also the longest delay after which a jump of the machine's clock is noticed.
_LONGEST_SLEEP: Final = 1_000


async def publish_forever(state: SimulatorState) -> None:
    """Publish what is due, then sleep until the next due post, or until `state.due` is set."""
    while True:
        state.due.clear()
        now = state.clock()
        try:
            if publish_due(state, now):
                await asyncio.sleep(0)
                continue
            delay = next_due(state, now) - now
        except sqlite3.OperationalError as error:  # a full disk: try again when there is room
            log.warning("the simulator cannot publish: %s", error)
            delay = _LONGEST_SLEEP
        with suppress(TimeoutError):
            await asyncio.wait_for(state.due.wait(), max(delay, 1) / 1000)


def publish_due(state: SimulatorState, now: int) -> bool:
    """Begin and finish one batch of posts each, in one transaction; returns whether any was due."""
    settled_before = now - to_milliseconds(state.options.publishing)
    with state.store.transaction() as database:
        due = database.execute(
            "SELECT id FROM post WHERE stage = 'SCHEDULED' AND publish_at <= ? AND NOT deleted"
            " ORDER BY publish_at LIMIT ?",
            (now, _BATCH),
        ).fetchall()
        for row in due:
            begin_publishing(database, row["id"], now)
        ending = database.execute(
            "SELECT * FROM post WHERE stage = 'PUBLISHING' AND publishing_at <= ? AND NOT deleted"
            " LIMIT ?",
            (settled_before, _BATCH),
        ).fetchall()
        for row in ending:
            _publish(database, post_from_row(row), now)
    return bool(due or ending)


def next_due(state: SimulatorState, now: int) -> int:
    """The next instant (ms) at which a post is due, at most a second away."""
    scheduled, publishing = state.store.connection.execute(
        "SELECT (SELECT min(publish_at) FROM post WHERE stage = 'SCHEDULED' AND NOT deleted),"
        " (SELECT min(publishing_at) FROM post WHERE stage = 'PUBLISHING' AND NOT deleted)"
    ).fetchone()
    instants = [now + _LONGEST_SLEEP]
    if scheduled is not None:
        instants.append(scheduled)
    if publishing is not None:
        instants.append(publishing + to_milliseconds(state.options.publishing))
    return min(instants)


def begin_publishing(database: sqlite3.Connection, post_id: str, now: int) -> None:
    """Hand the post to its networks; it cannot be stopped any more."""
    database.execute(
        "UPDATE post SET stage = ?, publishing_at = ?, updated_at = ? WHERE id = ?",
        (PUBLISHING, now, now, post_id),
    )
    database.execute("UPDATE placement SET status = 'PUBLISHING' WHERE post_id = ?", (post_id,))


def _publish(database: sqlite3.Connection, post: SimulatedPost, now: int) -> None:
    """Finish a post on each of its profiles: a ledger row, or an error."""
    placements = database.execute(
        "SELECT profile_id, network FROM placement JOIN profile ON profile.id = profile_id"
        " WHERE post_id = ? ORDER BY place",
        (post.id,),
    ).fetchall()
    published = sum(
        _publish_on(database, post, row["profile_id"], row["network"], now) for row in placements
    )
    stage = final_stage(published, len(placements) - published)
    set_stage(database, post.id, stage, now)


def _publish_on(
    database: sqlite3.Connection, post: SimulatedPost, profile_id: str, network: str, now: int
) -> bool:
    """Publish the post on one network, or record its error; returns whether it was published."""
    caption = caption_for(post.content, network)
    error = simulated_publish_error(caption, network)
    if error is None:
        append_publication(
            database,
            Publication(
                post_id=post.id,
                profile_id=profile_id,
                network=network,
                marker=post.marker,
                caption_sha256=caption_digest(caption),
                publish_at=post.publish_at,
                published_at=now,
            ),
        )
    status, link = ("ERROR", None) if error else ("PUBLISHED", _permalink(post.id, network))
    database.execute(
        "UPDATE placement SET status = ?, error = ?, permalink = ?"
        " WHERE post_id = ? AND profile_id = ?",
        (status, error, link, post.id, profile_id),
    )
    return error is None


def _permalink(post_id: str, network: str) -> str:
    name = derived_id(post_id, network).rstrip("=").replace("/", "-").replace("+", "_")
    return f"https://{network}.example/posts/{name}"
