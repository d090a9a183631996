"""Finds the handler of a call under `/xrpc/`: counts, injects faults, renders errors."""

import asyncio
from contextlib import suppress

from aiohttp import web

from simulator.bluesky.errors import XrpcError, internal_error, invalid_request
from simulator.bluesky.faults import DELAY, LOST_REQUEST, STATUS, SandboxFault
from simulator.bluesky.routes.authorization import subject_of
from simulator.bluesky.routes.xrpc_routes import ROUTES
from simulator.bluesky.state import STATE_KEY, Call, CallHandler, SandboxState
from simulator.faults import HANG, LOST_ANSWER, RATE_LIMIT, SERVER_ERROR, Fault


async def handle_call(request: web.Request) -> web.StreamResponse:
    """Answer one call."""
    state, name = request.app[STATE_KEY], request.match_info["name"]
    state.call_counts[name] += 1
    try:
        _check_outage(state)
        handler = _find_handler(request.method, name)
        fault = state.faults.choose_fault(name, subject_of(request))
        if fault is None:
            return await handler(Call(request, state, state.clock()))
        state.fault_counts[fault.kind] += 1
        return await _inject_fault(fault, handler, request)
    except XrpcError as error:
        return render_error(error)
    except ConnectionError:
        # The client disconnected while it sent its body (a killed worker): nobody to answer.
        return _cut(request)


def render_error(error: XrpcError) -> web.Response:
    """An error as JSON: `{"error", "message"}`."""
    body = {"error": error.name, "message": error.message}
    return web.json_response(body, status=error.status, headers=error.headers)


def _check_outage(state: SandboxState) -> None:
    if state.faults.is_outage(state.clock()):
        state.fault_counts["outage"] += 1
        raise XrpcError(503, "ServiceUnavailable", "The service is unavailable")


def _find_handler(method: str, name: str) -> CallHandler:
    if name not in ROUTES:
        raise invalid_request(f"No service configured for {name}")
    expected, handler = ROUTES[name]
    if method != expected:
        raise invalid_request(f"Incorrect HTTP method ({method}) expected {expected}")
    return handler


async def _inject_fault(
    fault: Fault, handler: CallHandler, request: web.Request
) -> web.StreamResponse:
    if fault.kind in {RATE_LIMIT, SERVER_ERROR, STATUS}:
        # The whole request is read first: a client does not see a status while it still sends.
        await request.read()
        raise _status_of(fault)
    state = request.app[STATE_KEY]
    if fault.kind == LOST_REQUEST:
        return _cut(request)
    if fault.kind in {HANG, DELAY}:
        await request.read()
        await _wait(fault, state.stopping, state.options.hang)
    if fault.kind == HANG:
        return _cut(request)
    if fault.kind == LOST_ANSWER:
        with suppress(XrpcError):
            await handler(Call(request, state, state.clock()))
        return _cut(request)
    return await handler(Call(request, state, state.clock()))


def _status_of(fault: Fault) -> XrpcError:
    if fault.kind == RATE_LIMIT:
        after = str(1 if fault.seconds is None else round(fault.seconds))
        return XrpcError(
            429, "RateLimitExceeded", "Rate Limit Exceeded", headers={"Retry-After": after}
        )
    if isinstance(fault, SandboxFault) and fault.kind == STATUS:
        return XrpcError(fault.status, fault.error, "as a test has asked for")
    return internal_error()


async def _wait(fault: Fault, stopping: asyncio.Event, hang: float) -> None:
    # A sandbox that stops does not wait for hanging calls.
    with suppress(TimeoutError):
        await asyncio.wait_for(stopping.wait(), hang if fault.seconds is None else fault.seconds)


def _cut(request: web.Request) -> web.Response:
    """Close the connection without sending a byte; the returned response is never sent."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
