"""Changes the shape of lists while the simulator runs: `/_simulator/lists`."""

from aiohttp import web

from simulator.errors import CallError, Problem, validation_error
from simulator.list_shapes import SHAPES
from simulator.routes.api_auth import read_json_object, render_error
from simulator.state import STATE_KEY


async def put_lists(request: web.Request) -> web.Response:
    """`{"key", "shape", "pageSize"?}`: how the lists of this key's workspace are paged from now on;
    204, or 400 when invalid."""
    state = request.app[STATE_KEY]
    try:
        body = await read_json_object(request)
        key, shape = str(body.get("key") or ""), str(body.get("shape"))
        size = body.get("pageSize", state.options.page_size)
        _check(key, shape, size)
    except CallError as error:
        return render_error(error)
    state.list_shapes[state.workspace_of(key)] = (shape, size)
    return web.Response(status=204)


def _check(key: str, shape: str, size: object) -> None:
    problems = []
    if not key:
        problems.append(Problem("key", "must be an API key"))
    if shape not in SHAPES:
        problems.append(Problem("shape", f"must be one of {', '.join(SHAPES)}"))
    if not isinstance(size, int) or size < 1:
        problems.append(Problem("pageSize", "must be a whole number from 1"))
    if problems:
        raise validation_error(problems)
