"""Call 9, `GET /v2/posts`: pages of posts, newest first, with filters."""

import json
from typing import Any, Final

from aiohttp import web

from simulator.domain.posts import post_from_row, post_json
from simulator.errors import Problem, validation_error
from simulator.list_style import (
    BRIEFINGS,
    IGNORED,
    NEWEST,
    ORDERS,
    OTHER,
    REFUSED,
    ListStyle,
)
from simulator.routes.list_response import MAX_INTEGER, list_response
from simulator.routes.query_params import parse_query_list
from simulator.state import Call
from simulator.timestamps import parse_instant

_FILTERS: Final = frozenset({"stages", "types", "profileIds", "labelIds", "from", "to", "search"})
_DATE: Final = "coalesce(publish_at, created_at)"
_MATCHING: Final = """
FROM post WHERE workspace = :workspace AND NOT deleted
    AND {date} BETWEEN :from AND :to
    AND (CASE WHEN :stages IS NULL THEN stage <> 'ARCHIVE'
         ELSE stage IN (SELECT value FROM json_each(:stages)) END)
    AND (:types IS NULL OR type IN (SELECT value FROM json_each(:types)))
    AND (:labels IS NULL OR EXISTS (
        SELECT 1 FROM json_each(content, '$.labelIds') AS label
            WHERE label.value IN (SELECT value FROM json_each(:labels))))
    AND (:profiles IS NULL OR {is_left_out} EXISTS (
        SELECT 1 FROM placement WHERE post_id = post.id
            AND profile_id IN (SELECT value FROM json_each(:profiles))))
    AND (:search IS NULL OR instr({text}, :search) > 0)
"""
_TEXTS: Final = {BRIEFINGS: "caption_text || ' ' || lower(marker)"}


async def list_posts(call: Call) -> web.Response:
    """200 with a page, such as `{"data": [post, …], "nextCursor": text or null}`.

    Filters: `stages`, `types`, `profileIds`, `labelIds` (repeated or comma separated), `from` and
    `to` (instants, both included, on publishAt, or on createdAt for a post without one), `search`
    (in captions, any case). What they do, and the order: `simulator.list_style`. Paging: by the
    list's shape (`simulator.list_shapes`); as it is by default, `limit` (1 to 100, default 50) and
    `cursor`.
    """
    style = call.state.list_style_of(call.workspace)
    matching = {"workspace": call.workspace, **_filters(call.request)}
    if style.filters == IGNORED:
        matching |= _NO_FILTERS
    database = call.state.store.connection
    where, order = _where(style), _order(style, call.request)

    def read(before: int, offset: int, limit: int) -> list[Any]:
        query = f"SELECT * {where} AND seq < :before ORDER BY {order} LIMIT :limit OFFSET :offset"
        position = {"before": before, "offset": offset, "limit": limit}
        return database.execute(query, {**matching, **position}).fetchall()

    def count() -> int:
        return int(database.execute(f"SELECT count(*) {where}", matching).fetchone()[0])

    return list_response(
        call,
        filters=frozenset() if style.filters == REFUSED else _FILTERS,
        count=count,
        read=read,
        present=lambda row: post_json(database, post_from_row(row)),
    )


def _where(style: ListStyle) -> str:
    is_other = style.filters == OTHER
    return _MATCHING.format(
        date="updated_at" if is_other else _DATE,
        is_left_out="NOT" if is_other else "",
        text=_TEXTS.get(style.filters, "caption_text"),
    )


def _order(style: ListStyle, request: web.Request) -> str:
    """`+seq`: without the plus SQLite scans all posts in order, and a narrow date range costs as
    much as reading everything. Without a range that scan ends with the page."""
    is_dated = not {"from", "to"}.isdisjoint(request.query)
    return f"+{ORDERS[style.order]}" if is_dated and style.order == NEWEST else ORDERS[style.order]


_NO_FILTERS: Final[dict[str, Any]] = {
    **dict.fromkeys(("stages", "types", "profiles", "labels", "search")),
    "from": 0,
    "to": MAX_INTEGER,
}


def _filters(request: web.Request) -> dict[str, Any]:
    search = request.query.get("search")
    return {
        "stages": _json_list(request, "stages"),
        "types": _json_list(request, "types"),
        "profiles": _json_list(request, "profileIds"),
        "labels": _json_list(request, "labelIds"),
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
