"""Configures faults while the simulator runs: `/_simulator/faults`."""

from collections.abc import Mapping, Sequence
from typing import Any

from aiohttp import web

from simulator.errors import CallError, Problem, validation_error
from simulator.faults import ANY_CALL, KINDS, OUTAGE, RANDOM_KINDS, STAGE_CALL, Fault
from simulator.routes.api_auth import read_json_object, render_error
from simulator.routes.provider_routes import CALL_NAMES
from simulator.state import STATE_KEY, SimulatorState
from simulator.timestamps import to_milliseconds

# JSON key → (field of Fault, allowed types).
_FIELDS: Mapping[str, tuple[str, tuple[type, ...]]] = {
    "kind": ("kind", (str,)),
    "call": ("call", (str,)),
    "times": ("times", (int,)),
    "skip": ("skip", (int,)),
    "subject": ("subject", (str,)),
    "seconds": ("seconds", (int, float)),
    "httpDate": ("http_date", (bool,)),
}


async def put_faults(request: web.Request) -> web.Response:
    """Random faults: `{"rate": 0.1, "seed": 7, "kinds": ["hang", …]}`; 200 with all faults."""
    try:
        body = await read_json_object(request)
        kinds = body.get("kinds", RANDOM_KINDS)
        rate, seed = body.get("rate", 0), body.get("seed", 7)
        _check_random_faults(rate, seed, kinds)
    except CallError as error:
        return render_error(error)
    state = request.app[STATE_KEY]
    state.faults.configure_random(rate, seed, kinds)
    return _faults_response(state)


async def post_fault(request: web.Request) -> web.Response:
    """Queue one targeted fault, or begin an outage; 201 with all faults, 400 when invalid.

    `{"kind", "call"?, "times"?: 1, "skip"?: 0, "subject"?, "seconds"?, "httpDate"?}`.
    """
    try:
        body = await read_json_object(request)
        _check_fault(body)
    except CallError as error:
        return render_error(error)
    state = request.app[STATE_KEY]
    if body["kind"] == OUTAGE:
        state.faults.begin_outage(state.clock() + to_milliseconds(body["seconds"]))
    else:
        state.faults.queue.append(Fault(**{_FIELDS[key][0]: body[key] for key in body}))
    return _faults_response(state, status=201)


async def delete_faults(request: web.Request) -> web.Response:
    """Remove all faults, the random ones too; 200 with all faults."""
    state = request.app[STATE_KEY]
    state.faults.clear()
    state.faults.configure_random(0, state.options.seed, state.faults.kinds)
    return _faults_response(state)


def _check_random_faults(rate: object, seed: object, kinds: object) -> None:
    problems = []
    if not isinstance(rate, int | float) or not 0 <= rate <= 1:
        problems.append(Problem("rate", "must be between 0 and 1"))
    if not isinstance(seed, int):
        problems.append(Problem("seed", "must be a whole number"))
    if not isinstance(kinds, Sequence) or any(kind not in KINDS for kind in kinds):
        problems.append(Problem("kinds", f"must be among {', '.join(KINDS)}"))
    if problems:
        raise validation_error(problems)


def _check_fault(body: Mapping[str, Any]) -> None:
    problems = [Problem(key, "is not a known field") for key in body if key not in _FIELDS]
    for key, (_, types) in _FIELDS.items():
        if key in body and not isinstance(body[key], types):
            problems.append(Problem(key, "is of the wrong type"))
    if not problems:
        problems = _value_problems(body)
    if problems:
        raise validation_error(problems)


def _value_problems(body: Mapping[str, Any]) -> list[Problem]:
    problems = []
    if body.get("kind") not in {*KINDS, OUTAGE}:
        problems.append(Problem("kind", f"must be one of {', '.join((*KINDS, OUTAGE))}"))
    if body.get("call", ANY_CALL) not in {*CALL_NAMES, STAGE_CALL, ANY_CALL}:
        names = ", ".join((*CALL_NAMES, STAGE_CALL, ANY_CALL))
        problems.append(Problem("call", f"must be one of {names}"))
    if body.get("times", 1) < 1 or body.get("skip", 0) < 0:
        problems.append(Problem("times", "must be at least 1, and skip at least 0"))
    if body.get("kind") == OUTAGE and "seconds" not in body:
        problems.append(Problem("seconds", "is required for an outage"))
    return problems


def _faults_response(state: SimulatorState, status: int = 200) -> web.Response:
    """`{"rate", "kinds", "queued": [{kind, call, times, skip}, …]}`."""
    queued = [
        {"kind": fault.kind, "call": fault.call, "times": fault.times, "skip": fault.skip}
        for fault in state.faults.queue
    ]
    body = {"rate": state.faults.rate, "kinds": list(state.faults.kinds), "queued": queued}
    return web.json_response(body, status=status)
