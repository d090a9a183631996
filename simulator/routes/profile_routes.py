"""Call 1: `GET /v2/profiles`."""

from aiohttp import web

from simulator.domain.profiles import list_profiles
from simulator.routes.query_params import parse_query_list
from simulator.state import Call


async def get_profiles(call: Call) -> web.Response:
    """`{"data": [profile, …]}`, filtered by `?net=facebook` (repeatable, comma separated)."""
    wanted = parse_query_list(call.request, "net")
    profiles = list_profiles(call.state.store, call.workspace)
    if wanted is not None:
        profiles = [profile for profile in profiles if profile["net"]["code"] in wanted]
    return web.json_response({"data": profiles})
