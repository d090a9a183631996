"""Wraps every provider call's handler: counts, authenticates, injects faults, renders errors."""

import asyncio
import logging
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime

from aiohttp import web

from simulator.domain.stages import ACTIONS
from simulator.errors import CallError
from simulator.faults import HANG, LOST_ANSWER, RATE_LIMIT, SERVER_ERROR, Fault
from simulator.state import STATE_KEY, Call, CallHandler, SimulatorState

log = logging.getLogger(__name__)
_DEFAULT_RETRY_AFTER = 1


@dataclass(frozen=True)
class HostProfile:
    """How a host authenticates (returns the workspace) and renders errors."""

    authenticate: Callable[[web.Request, SimulatorState], str]
    render_error: Callable[[CallError], web.Response]


def build_request_handler(
    host: HostProfile, name: str, handler: CallHandler
) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """Wrap the handler of a call; faults and counters use `name`."""

    async def handle(request: web.Request) -> web.StreamResponse:
        state = request.app[STATE_KEY]
        state.call_counts[name] += 1
        try:
            return await _respond(host, name, handler, request)
        except CallError as error:
            return host.render_error(error)
        except sqlite3.OperationalError as error:  # a full disk: nothing was stored
            log.warning("the simulator cannot store a call: %s", error)
            return host.render_error(CallError(503, str(error), code="ServerBusy"))
        except ConnectionError:
            # The client disconnected while it sent its body (a killed worker): nobody to answer.
            return _abort_connection(request)

    return handle


async def _respond(
    host: HostProfile, name: str, handler: CallHandler, request: web.Request
) -> web.StreamResponse:
    state = request.app[STATE_KEY]
    if state.faults.is_outage(state.clock()):
        state.fault_counts["outage"] += 1
        raise CallError(503, "The service is unavailable.", code="ServerBusy")
    workspace = host.authenticate(request, state)
    subject = request.match_info.get("id", workspace)
    fault = state.faults.choose_fault(name, subject, transition=name in ACTIONS)
    if fault is None:
        return await handler(Call(request, state, workspace))
    state.fault_counts[fault.kind] += 1
    return await _inject_fault(fault, handler, Call(request, state, workspace, fault.kind))


async def _inject_fault(fault: Fault, handler: CallHandler, call: Call) -> web.StreamResponse:
    if fault.kind == RATE_LIMIT:
        raise _rate_limit_error(fault, call.state.clock())
    if fault.kind == SERVER_ERROR:
        raise CallError(500, "Internal server error", code="InternalError")
    if fault.kind == HANG:
        await _hang(fault, call.state)
        return _abort_connection(call.request)
    if fault.kind == LOST_ANSWER:
        with suppress(CallError):
            await handler(call)
        return _abort_connection(call.request)
    return await handler(call)


def _rate_limit_error(fault: Fault, now: int) -> CallError:
    wait = _DEFAULT_RETRY_AFTER if fault.seconds is None else round(fault.seconds)
    then = datetime.fromtimestamp(now / 1000 + wait, UTC)
    after = format_datetime(then, usegmt=True) if fault.http_date else str(wait)
    return CallError(429, "Too many requests", code="ServerBusy", headers={"Retry-After": after})


async def _hang(fault: Fault, state: SimulatorState) -> None:
    seconds = state.options.hang if fault.seconds is None else fault.seconds
    # A simulator that stops does not wait for hanging calls.
    with suppress(TimeoutError):
        await asyncio.wait_for(state.stopping.wait(), seconds)


def _abort_connection(request: web.Request) -> web.Response:
    """Close the connection without sending a byte; the returned response is never sent."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
