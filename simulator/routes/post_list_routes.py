"""Call 9, `GET /v2/posts`: pages of posts, newest first, with filters."""

import json
from typing import Any, Final

from aiohttp import web

from simulator.domain.posts import post_from_row, post_json
from simulator.errors import Problem, validation_error
from simulator.routes.list_response import MAX_INTEGER, list_response
from simulator.routes.query_params import parse_query_list
from simulator.state import Call
from simulator.timestamps import parse_instant

_FILTERS: Final = frozenset({"stages", "types", "profileIds", "from", "to", "search"})

# `+seq`: without the plus SQLite scans all posts in order, and a narrow date range (a client that
# searches the post of one slot) costs as much as reading everything.
_MATCHING: Final = """
FROM post WHERE workspace = :workspace AND NOT deleted
    AND coalesce(publish_at, created_at) BETWEEN :from AND :to
    AND (CASE WHEN :stages IS NULL THEN stage <> 'ARCHIVE'
         ELSE stage IN (SELECT value FROM json_each(:stages)) END)
    AND (:types IS NULL OR type IN (SELECT value FROM json_each(:types)))
    AND (:profiles IS NULL OR EXISTS (
        SELECT 1 FROM placement WHERE post_id = post.id
            AND profile_id IN (SELECT value FROM json_each(:profiles))))
    AND (:search IS NULL OR instr(caption_text, :search) > 0)
"""
_COUNT: Final = f"SELECT count(*) {_MATCHING}"
_SELECT: Final = f"""
SELECT * {_MATCHING} AND seq < :before ORDER BY +seq DESC LIMIT :limit OFFSET :offset
"""


async def list_posts(call: Call) -> web.Response:
    """200 with a page, such as `{"data": [post, …], "nextCursor": text or null}`.

    Filters: `stages`, `types`, `profileIds` (repeated or comma separated), `from` and `to`
    (instants, both included, on publishAt, or on createdAt for a post without one), `search`
    (in captions, any case). Paging: by the list's shape (`simulator.list_shapes`); as it is by
    default, `limit` (1 to 100, default 50) and `cursor`.
    """
    matching = {"workspace": call.workspace, **_filters(call.request)}
    database = call.state.store.connection

    def read(before: int, offset: int, limit: int) -> list[Any]:
        position = {"before": before, "offset": offset, "limit": limit}
        return database.execute(_SELECT, {**matching, **position}).fetchall()

    return list_response(
        call,
        filters=_FILTERS,
        total=database.execute(_COUNT, matching).fetchone()[0],
        read=read,
        present=lambda row: post_json(database, post_from_row(row)),
    )


def _filters(request: web.Request) -> dict[str, Any]:
    search = request.query.get("search")
    return {
        "stages": _json_list(request, "stages"),
        "types": _json_list(request, "types"),
        "profiles": _json_list(request, "profileIds"),
        "search": search.casefold() if search else None,
        "from": _instant(request, "from", 0),
        "to": _instant(request, "to", MAX_INTEGER),
    }


def _json_list(request: web.Request, name: str) -> str | None:
    wanted = parse_query_list(request, name)
    return None if wanted is None else json.dumps(wanted)


def _instant(request: web.Request, name: str, default: int) -> int:
    text = request.query.get(name)
    if text is None:
        return default
    try:
        return parse_instant(text)
    except ValueError as error:
        raise validation_error([Problem(name, str(error))]) from None
