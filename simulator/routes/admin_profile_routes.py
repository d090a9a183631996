"""Changes profiles while the simulator runs: `PATCH /_simulator/profiles`."""

from typing import Any

from aiohttp import web

from simulator.domain.networks import NETWORKS
from simulator.domain.profiles import EDITABLE_FIELDS, change_profiles
from simulator.errors import CallError, Problem, validation_error
from simulator.routes.api_auth import read_json_object, render_error
from simulator.state import STATE_KEY


async def patch_profiles(request: web.Request) -> web.Response:
    """`{"network", "id"?, "statusLevel"?, "listed"?, "name"?, "username"?}`: changes the
    profiles on a network, or one of them; 200 `{"changed": number}`."""
    try:
        body = await read_json_object(request)
        _check(body)
    except CallError as error:
        return render_error(error)
    network, profile_id = body.pop("network"), body.pop("id", None)
    changed = change_profiles(request.app[STATE_KEY].store, network, profile_id, body)
    return web.json_response({"changed": changed})


def _check(body: dict[str, Any]) -> None:
    known = {"network", "id", *EDITABLE_FIELDS}
    problems = [Problem(key, "is not a known field") for key in body if key not in known]
    if body.get("network") not in tuple(NETWORKS):
        problems.append(Problem("network", f"must be one of {', '.join(NETWORKS)}"))
    for key in ("id", *EDITABLE_FIELDS):
        wanted = bool if key == "listed" else str
        if key in body and not isinstance(body[key], wanted):
            problems.append(Problem(key, "is of the wrong type"))
    if not problems and not body.keys() & EDITABLE_FIELDS.keys():
        problems.append(Problem("", "says nothing of the profiles"))
    if problems:
        raise validation_error(problems)
