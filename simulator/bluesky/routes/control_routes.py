"""The sandbox's own calls under `/_simulator/`, for tests: faults, counters and the ledger."""

import json
from typing import Any, Final

from aiohttp import web

from simulator.bluesky.faults import KINDS, RANDOM_KINDS, SandboxFault
from simulator.bluesky.routes.xrpc_routes import ROUTES
from simulator.bluesky.state import STATE_KEY
from simulator.faults import ANY_CALL, OUTAGE

# The keys of a fault → the types of their values.
_FIELDS: Final[dict[str, tuple[type, ...]]] = {
    "kind": (str,),
    "call": (str,),
    "times": (int,),
    "skip": (int,),
    "subject": (str,),
    "seconds": (int, float),
    "status": (int,),
    "error": (str,),
}


async def get_health(_request: web.Request) -> web.Response:
    """`{"status": "ok"}`."""
    return web.json_response({"status": "ok"})


async def get_calls(request: web.Request) -> web.Response:
    """`{"calls": {NSID: count}, "faults": {kind: count}}` since the start."""
    state = request.app[STATE_KEY]
    return web.json_response({"calls": dict(state.call_counts), "faults": dict(state.fault_counts)})


async def get_ledger(request: web.Request) -> web.Response:
    """`{"writes": [{at, did, action, collection, rkey, uri}, …]}`, oldest first."""
    return web.json_response({"writes": request.app[STATE_KEY].ledger})


async def put_faults(request: web.Request) -> web.Response:
    """Random faults: `{"rate": 0.1, "seed": 7, "kinds": ["lost_answer", …]}`."""
    body = json.loads(await request.read())
    kinds = body.get("kinds", RANDOM_KINDS)
    if not 0 <= body.get("rate", 0) <= 1 or not set(kinds) <= set(KINDS) - {OUTAGE}:
        return _refused(f"rate is 0 to 1, kinds are among {', '.join(KINDS)} without outage")
    faults = request.app[STATE_KEY].faults
    faults.configure_random(body.get("rate", 0), body.get("seed", 7), kinds)
    return web.json_response({})


async def post_fault(request: web.Request) -> web.Response:
    """Queue a fault, or begin an outage: 201, or 400 with a sentence.

    `{"kind", "call"?, "times"?, "skip"?, "subject"?, "seconds"?, "status"?, "error"?}`; `call` is
    an NSID or its end (`putRecord`).
    """
    body = json.loads(await request.read())
    problem = _problem(body)
    if problem:
        return _refused(problem)
    state = request.app[STATE_KEY]
    if body["kind"] == OUTAGE:
        state.faults.begin_outage(state.clock() + round(body["seconds"] * 1000))
    else:
        call = _full_name(body.get("call", ANY_CALL))
        state.faults.queue.append(SandboxFault(**{**body, "call": call}))
    return web.json_response({}, status=201)


async def delete_faults(request: web.Request) -> web.Response:
    """Remove all faults, the random ones too."""
    faults = request.app[STATE_KEY].faults
    faults.clear()
    faults.configure_random(0, 7, faults.kinds)
    return web.json_response({})


def _problem(body: dict[str, Any]) -> str | None:
    for key, value in body.items():
        if not isinstance(value, _FIELDS.get(key, ())):
            return f"{key} is not a known field, or not of the right type"
    if body.get("kind") not in KINDS:
        return f"kind must be one of {', '.join(KINDS)}"
    if body.get("times", 1) < 1 or body.get("skip", 0) < 0:
        return "times must be at least 1, and skip at least 0"
    if body["kind"] == OUTAGE and "seconds" not in body:
        return "seconds is required for an outage"
    return None if _full_name(body.get("call", ANY_CALL)) else f"there is no call {body['call']}"


def _full_name(call: str) -> str:
    names = (name for name in ROUTES if call in {name, name.rpartition(".")[2]})
    return ANY_CALL if call == ANY_CALL else next(names, "")


def _refused(message: str) -> web.Response:
    return web.json_response({"message": message}, status=400)
