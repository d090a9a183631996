"""Call 1: `GET /v2/profiles`."""

from aiohttp import web

from simulator.domain.profiles import list_profiles
from simulator.state import Call


async def get_profiles(call: Call) -> web.Response:
    """`{"data": [profile, …]}`; `?net=facebook` (repeatable, comma separated) keeps those."""
    wanted = parse_query_list(call.request, "net")
    profiles = list_profiles(call.state.store, call.workspace)
    if wanted is not None:
        profiles = [profile for profile in profiles if profile["net"]["code"] in wanted]
    return web.json_response({"data": profiles})


def parse_query_list(request: web.Request, name: str) -> list[str] | None:
    """A query parameter that may be repeated or comma separated; None when it is not there."""
    given = request.query.getall(name, [])
    return [item for text in given for item in text.split(",") if item] or None
