"""Adds and revokes API keys while the simulator runs: `/_simulator/keys`. Lost at a restart."""

from aiohttp import web

from simulator.errors import CallError, Problem, validation_error
from simulator.routes.api_auth import read_json_object, render_error
from simulator.state import STATE_KEY


async def post_key(request: web.Request) -> web.Response:
    """`{"key", "sameAs"?}`: makes a key valid, for the workspace of `sameAs`; 201."""
    try:
        key, same_as = await _keys(request)
    except CallError as error:
        return render_error(error)
    state = request.app[STATE_KEY]
    state.revoked.discard(key)
    if same_as is not None:
        state.keys[key] = state.keys.get(same_as, same_as)
    return web.json_response({}, status=201)


async def delete_key(request: web.Request) -> web.Response:
    """`{"key"}`: revokes a key, which gets 401 from then on; 200."""
    try:
        key, _ = await _keys(request)
    except CallError as error:
        return render_error(error)
    request.app[STATE_KEY].revoked.add(key)
    return web.json_response({})


async def _keys(request: web.Request) -> tuple[str, str | None]:
    body = await read_json_object(request)
    key, same_as = body.get("key"), body.get("sameAs")
    if not isinstance(key, str) or not key:
        raise validation_error([Problem("key", "must be a text")])
    if not isinstance(same_as, str | None):
        raise validation_error([Problem("sameAs", "must be a text")])
    return key, same_as
