"""Every call passes here: it is counted, admitted, perhaps struck by a fault, and answered."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime

from aiohttp import web

from simulator.faults import HANG, LOST_ANSWER, RATE_LIMIT, SERVER_ERROR, Fault
from simulator.refusals import Refused
from simulator.stages import ACTIONS
from simulator.world import WORLD, Act, Call, World

_DEFAULT_RETRY_AFTER = 1


@dataclass(frozen=True)
class Front:
    """A host's manners: who may come in (`admit` names the workspace), and how it says no."""

    admit: Callable[[web.Request, World], str]
    render: Callable[[Refused], web.Response]


def gate(
    front: Front, name: str, act: Act
) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """Wrap a handler into the whole life of a call; `name` is what faults and counters use."""

    async def handle(request: web.Request) -> web.StreamResponse:
        world = request.app[WORLD]
        world.calls[name] += 1
        try:
            return await _answer(front, name, act, request)
        except Refused as refused:
            return front.render(refused)
        except ConnectionError:
            # The client left in the middle of its body (a killed worker): nobody to answer.
            return _cut(request)

    return handle


async def _answer(front: Front, name: str, act: Act, request: web.Request) -> web.StreamResponse:
    world = request.app[WORLD]
    if world.faults.is_out(world.clock()):
        world.injected["outage"] += 1
        raise Refused(503, "The service is unavailable.", code="ServerBusy")
    workspace = front.admit(request, world)
    subject = request.match_info.get("id", workspace)
    fault = world.faults.choose(name, subject, transition=name in ACTIONS)
    if fault is None:
        return await act(Call(request, world, workspace))
    world.injected[fault.kind] += 1
    return await _inject(fault, act, Call(request, world, workspace, fault.kind))


async def _inject(fault: Fault, act: Act, call: Call) -> web.StreamResponse:
    if fault.kind == RATE_LIMIT:
        raise _too_many(fault, call.world.clock())
    if fault.kind == SERVER_ERROR:
        raise Refused(500, "Internal server error", code="InternalError")
    if fault.kind == HANG:
        await _stay_silent(fault, call.world)
        return _cut(call.request)
    if fault.kind == LOST_ANSWER:
        with suppress(Refused):
            await act(call)
        return _cut(call.request)
    return await act(call)


def _too_many(fault: Fault, now: int) -> Refused:
    wait = _DEFAULT_RETRY_AFTER if fault.seconds is None else round(fault.seconds)
    then = datetime.fromtimestamp(now / 1000 + wait, UTC)
    after = format_datetime(then, usegmt=True) if fault.http_date else str(wait)
    return Refused(429, "Too many requests", code="ServerBusy", headers={"Retry-After": after})


async def _stay_silent(fault: Fault, world: World) -> None:
    seconds = world.options.hang if fault.seconds is None else fault.seconds
    # A simulator that stops does not wait for the calls that it lets hang.
    with suppress(TimeoutError):
        await asyncio.wait_for(world.stopping.wait(), seconds)


def _cut(request: web.Request) -> web.Response:
    """Close the connection at once, without a byte; the response returned is never sent."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
