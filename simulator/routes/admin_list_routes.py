"""Changes how lists behave while the simulator runs: `/_simulator/lists`."""

from aiohttp import web

from simulator.errors import CallError, Problem, validation_error
from simulator.list_shapes import SHAPES
from simulator.list_style import DOCUMENTED, FILTERS, NEWEST, ORDERS, ListStyle
from simulator.routes.api_auth import read_json_object, render_error
from simulator.state import STATE_KEY


async def put_lists(request: web.Request) -> web.Response:
    """`{"key", "shape", "pageSize"?, "filters"?, "order"?}`: how the lists of this key's workspace
    behave from now on (`simulator.list_style`); 204, or 400 when invalid."""
    state = request.app[STATE_KEY]
    try:
        body = await read_json_object(request)
        key = str(body.get("key") or "")
        style = ListStyle(
            shape=str(body.get("shape")),
            page_size=body.get("pageSize", state.options.page_size),
            filters=str(body.get("filters", DOCUMENTED)),
            order=str(body.get("order", NEWEST)),
        )
        _check(key, style)
    except CallError as error:
        return render_error(error)
    state.list_styles[state.workspace_of(key)] = style
    return web.Response(status=204)


def _check(key: str, style: ListStyle) -> None:
    problems = []
    if not key:
        problems.append(Problem("key", "must be an API key"))
    for name, value, known in (
        ("shape", style.shape, SHAPES),
        ("filters", style.filters, FILTERS),
        ("order", style.order, ORDERS),
    ):
        if value not in known:
            problems.append(Problem(name, f"must be one of {', '.join(known)}"))
    if not isinstance(style.page_size, int) or style.page_size < 1:
        problems.append(Problem("pageSize", "must be a whole number from 1"))
    if not problems and style.order != NEWEST and not style.has_places:
        problems.append(Problem("order", "needs a shape with pages or offsets"))
    if problems:
        raise validation_error(problems)
