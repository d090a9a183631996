"""Answers one page of a list, in the shape that the workspace's lists have."""

import json
from collections.abc import Callable
from typing import Any, Final

from aiohttp import web

from simulator.errors import Problem, validation_error
from simulator.list_shapes import SHAPES, SIGNATURE, WHOLE, ListPage, ListShape, sign
from simulator.state import Call

MAX_PAGE_SIZE: Final = 100
MAX_INTEGER: Final = 2**62
# The cursor (MAX_INTEGER without one), the offset and the limit of a page → its rows.
ReadRows = Callable[[int, int, int], list[Any]]


def list_response(
    call: Call,
    *,
    filters: frozenset[str],
    count: Callable[[], int],
    read: ReadRows,
    present: Callable[[Any], dict[str, Any]],
) -> web.Response:
    """The page that the request asks for.

    `filters`: the names of the list's own parameters. `count`: how many items it has. A row has
    its cursor in `seq`. 400 for a parameter that neither the list nor its shape has.
    """
    style = call.state.list_style_of(call.workspace)
    shape = SHAPES[style.shape]
    _check_parameters(call.request, filters | shape.parameters)
    _check_signature(call, shape)
    size = (
        count() + 1
        if style.shape == WHOLE
        else read_number(call.request, "limit", style.page_size, MAX_PAGE_SIZE)
    )
    offset = _offset(call.request, shape, size)
    before = read_number(call.request, "cursor", MAX_INTEGER, MAX_INTEGER)
    # One row more than the page shows whether there is a next page.
    rows = read(before, offset, size + 1)
    page = ListPage(
        items=[present(row) for row in rows[:size]],
        number=offset // size,
        offset=offset,
        size=size,
        count=count,
        next_cursor=str(rows[size - 1]["seq"]) if len(rows) > size else None,
        address=str(call.request.url.with_query(None)),
        filters=[each for each in call.request.query.items() if each[0] in filters],
        secret=call.state.signing_secret,
    )
    body, headers = shape.answer(page)
    return web.Response(text=json.dumps(body), content_type="application/json", headers=headers)


def _check_parameters(request: web.Request, known: frozenset[str]) -> None:
    problems = [Problem(name, "is not a known parameter") for name in request.query
                if name not in known]  # fmt: skip
    if problems:
        raise validation_error(problems)


def _check_signature(call: Call, shape: ListShape) -> None:
    """A next address is good only as it was given out."""
    if SIGNATURE not in shape.parameters or "cursor" not in call.request.query:
        return
    query, _, signature = call.request.raw_path.partition("?")[2].rpartition(f"&{SIGNATURE}=")
    if signature != sign(query, call.state.signing_secret):
        raise validation_error([Problem(SIGNATURE, "is not valid")])


def _offset(request: web.Request, shape: ListShape, size: int) -> int:
    """How many items come before the page."""
    first = shape.first_page
    page = read_number(request, "page", first, MAX_INTEGER // MAX_PAGE_SIZE, least=first)
    return (page - first) * size or read_number(request, "offset", 0, MAX_INTEGER, least=0)


def read_number(request: web.Request, name: str, default: int, largest: int, least: int = 1) -> int:
    """A whole number in a parameter; 400 when it is none, or out of its range."""
    text = request.query.get(name)
    if text is None:
        return default
    if not text.isascii() or not text.isdigit() or not least <= int(text) <= largest:
        raise validation_error([Problem(name, "is not valid")])
    return int(text)
