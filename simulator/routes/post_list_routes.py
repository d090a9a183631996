"""Call 9, `GET /v2/posts`: pages of posts, newest first, with filters."""

import json
from typing import Any, Final

from aiohttp import web

from simulator.domain.posts import post_from_row, post_json
from simulator.errors import Problem, validation_error
from simulator.routes.query_params import parse_query_list
from simulator.state import Call
from simulator.timestamps import parse_instant

_PAGE: Final = 50
_MAX_PAGE: Final = 100
_MAX_INTEGER: Final = 2**62

# `+seq`: without the plus SQLite scans all posts in order, and a narrow date range (a client that
# searches the post of one slot) costs as much as reading everything.
_SELECT: Final = """
SELECT * FROM post WHERE workspace = :workspace AND NOT deleted
    AND coalesce(publish_at, created_at) BETWEEN :from AND :to
    AND seq < :before
    AND (CASE WHEN :stages IS NULL THEN stage <> 'ARCHIVE'
         ELSE stage IN (SELECT value FROM json_each(:stages)) END)
    AND (:types IS NULL OR type IN (SELECT value FROM json_each(:types)))
    AND (:profiles IS NULL OR EXISTS (
        SELECT 1 FROM placement WHERE post_id = post.id
            AND profile_id IN (SELECT value FROM json_each(:profiles))))
    AND (:search IS NULL OR instr(caption_text, :search) > 0)
ORDER BY +seq DESC LIMIT :limit
"""


async def list_posts(call: Call) -> web.Response:
    """200 `{"data": [post, …], "nextCursor": text or null}`.

    Filters: `stages`, `types`, `profileIds` (repeated or comma separated), `from` and `to`
    (instants, both included, on publishAt, or on createdAt for a post without one), `search`
    (in captions, any case). Paging: `limit` (1 to 100, default 50) and `cursor`.
    """
    filters = _filters(call.request)
    limit = filters["limit"]
    database = call.state.store.connection
    # One row more than the page shows whether there is a next page.
    filters["limit"] = limit + 1
    rows = database.execute(_SELECT, {"workspace": call.workspace, **filters}).fetchall()
    page = [post_json(database, post_from_row(row)) for row in rows[:limit]]
    cursor = str(rows[limit - 1]["seq"]) if len(rows) > limit else None
    return web.json_response({"data": page, "nextCursor": cursor})


def _filters(request: web.Request) -> dict[str, Any]:
    search = request.query.get("search")
    return {
        "stages": _json_list(request, "stages"),
        "types": _json_list(request, "types"),
        "profiles": _json_list(request, "profileIds"),
        "search": search.casefold() if search else None,
        "from": _instant(request, "from", 0),
        "to": _instant(request, "to", _MAX_INTEGER),
        "before": _number(request, "cursor", _MAX_INTEGER, _MAX_INTEGER),
        "limit": _number(request, "limit", _PAGE, _MAX_PAGE),
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


def _number(request: web.Request, name: str, default: int, largest: int) -> int:
    text = request.query.get(name)
    if text is None:
        return default
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= largest:
        raise validation_error([Problem(name, "is not valid")])
    return int(text)
