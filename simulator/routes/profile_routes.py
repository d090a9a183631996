"""Call 1: `GET /v2/profiles`."""

from typing import Any, Final

from aiohttp import web

from simulator.domain.profiles import list_profiles
from simulator.routes.list_response import MAX_INTEGER, list_response
from simulator.routes.query_params import parse_query_list
from simulator.state import Call

_FILTERS: Final = frozenset({"net"})


async def get_profiles(call: Call) -> web.Response:
    """A page of profiles, filtered by `?net=facebook` (repeatable, comma separated)."""
    wanted = parse_query_list(call.request, "net")
    profiles = list_profiles(call.state.store, call.workspace)
    if wanted is not None:
        profiles = [profile for profile in profiles if profile["net"]["code"] in wanted]
    numbered = [{"seq": place, "profile": each} for place, each in enumerate(profiles, 1)]

    def read(cursor: int, offset: int, limit: int) -> list[Any]:
        after = 0 if cursor == MAX_INTEGER else cursor
        return numbered[after + offset :][:limit]

    return list_response(
        call,
        filters=_FILTERS,
        count=lambda: len(profiles),
        read=read,
        present=lambda row: row["profile"],
    )
