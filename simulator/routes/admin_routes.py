"""The simulator's state, under `/_simulator/`: for tests and people, without credentials."""

import json
from typing import Any

from aiohttp import web

from simulator.domain.content_validation import media_ids
from simulator.domain.ledger import count_doubled, count_publications, list_publications
from simulator.state import STATE_KEY
from simulator.timestamps import format_optional_instant


async def get_health(_request: web.Request) -> web.Response:
    """`{"status": "ok"}`."""
    return web.json_response({"status": "ok"})


async def get_ledger(request: web.Request) -> web.Response:
    """`{"publications": [row, …]}`, oldest first."""
    database = request.app[STATE_KEY].store.connection
    return web.json_response({"publications": list_publications(database)})


async def get_posts(request: web.Request) -> web.Response:
    """`{"posts": [{id, type, stage, marker, publishAt, profileIds, files, deleted}, …]}`, all of
    them. `files`: the names of its media."""
    database = request.app[STATE_KEY].store.connection
    names = dict(database.execute("SELECT id, name FROM media").fetchall())
    rows = database.execute("SELECT * FROM post ORDER BY seq")
    posts = [
        {
            "id": row["id"],
            "type": row["type"],
            "stage": row["stage"],
            "marker": row["marker"],
            "publishAt": format_optional_instant(row["publish_at"]),
            "profileIds": json.loads(row["content"])["profileIds"],
            "files": [names[id_] for id_ in media_ids(json.loads(row["content"])).values()],
            "deleted": bool(row["deleted"]),
        }
        for row in rows
    ]
    return web.json_response({"posts": posts})


async def get_summary(request: web.Request) -> web.Response:
    """`{"stages": {stage: live posts}, "deleted", "publications", "doubled"}`."""
    database = request.app[STATE_KEY].store.connection
    stages = database.execute("SELECT stage, count(*) FROM post WHERE NOT deleted GROUP BY stage")
    deleted = database.execute("SELECT count(*) FROM post WHERE deleted").fetchone()[0]
    summary: dict[str, Any] = {
        "stages": dict(stages.fetchall()),
        "deleted": deleted,
        "publications": count_publications(database),
        "doubled": count_doubled(database),
    }
    return web.json_response(summary)


async def get_calls(request: web.Request) -> web.Response:
    """`{"calls": {name: count}, "faults": {kind: count}}` since the start of the process."""
    state = request.app[STATE_KEY]
    return web.json_response({"calls": dict(state.call_counts), "faults": dict(state.fault_counts)})
