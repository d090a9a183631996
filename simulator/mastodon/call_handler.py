"""Runs the handler of a call: counts, checks the token, injects faults, renders errors."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from aiohttp import web

from simulator.bluesky.faults import STATUS, SandboxFault
from simulator.faults import HANG, LOST_ANSWER, RATE_LIMIT, Fault
from simulator.mastodon.errors import MastodonError
from simulator.mastodon.state import STATE_KEY, SandboxAccount, SandboxState


@dataclass(frozen=True)
class Call:
    """One request. `account`: whose token came with it; calls without a scope need none."""

    request: web.Request
    state: SandboxState
    account: SandboxAccount | None

    @property
    def own(self) -> SandboxAccount:
        """The account of the token."""
        assert self.account is not None  # noqa: S101  (the route has a scope)
        return self.account


Handler = Callable[[Call], Awaitable[web.StreamResponse]]


def route(method: str, path: str, name: str, handler: Handler, scope: str = "") -> web.RouteDef:
    """A route that faults know as `METHOD name`; a token must have the scope, or its parent."""

    async def handle(request: web.Request) -> web.StreamResponse:
        state, call = request.app[STATE_KEY], f"{method} {name}"
        state.calls[call] += 1
        try:
            fault = state.faults.choose_fault(call, "")
            if fault is None:
                return await handler(Call(request, state, _authorize(request, state, scope)))
            return await _fail(fault, request, scope, handler)
        except MastodonError as error:
            return render_error(error)
        except ConnectionError:
            return cut(request)

    return web.route(method, path, handle)


def render_error(error: MastodonError) -> web.Response:
    """`{"error"}`, and OAuth's description."""
    body = {"error": error.error}
    if error.description:
        body["error_description"] = error.description
    return web.json_response(body, status=error.status, headers=error.headers)


def cut(request: web.Request) -> web.Response:
    """Close the connection without a byte."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


def _authorize(request: web.Request, state: SandboxState, scope: str) -> SandboxAccount | None:
    if not scope:
        return None
    token = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if token not in state.tokens:
        raise MastodonError(401, "The access token is invalid")
    account_id, scopes = state.tokens[token]
    wanted = {scope, scope.partition(":")[0], "profile" if scope == "read:accounts" else scope}
    if not scopes & wanted:
        raise MastodonError(403, "This action is outside the authorized scopes")
    account = state.accounts[account_id]
    if account.is_disabled:
        raise MastodonError(403, "Your login is currently disabled")
    return account


async def _fail(
    fault: Fault, request: web.Request, scope: str, handler: Handler
) -> web.StreamResponse:
    state = request.app[STATE_KEY]
    await request.read()
    if fault.kind == LOST_ANSWER:
        with suppress(MastodonError):
            await handler(Call(request, state, _authorize(request, state, scope)))
        return cut(request)
    if fault.kind == HANG:
        seconds = state.hang if fault.seconds is None else fault.seconds
        with suppress(TimeoutError):
            await asyncio.wait_for(state.stopping.wait(), seconds)
        return cut(request)
    raise _status_of(fault, state)


def _status_of(fault: Fault, state: SandboxState) -> MastodonError:
    if fault.kind == RATE_LIMIT:
        reset = state.now() + timedelta(seconds=fault.seconds or 1)
        # Mastodon names the instant, with milliseconds, and no Retry-After.
        headers = {
            "X-RateLimit-Reset": reset.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        }
        return MastodonError(429, "Too many requests", headers=headers)
    if isinstance(fault, SandboxFault) and fault.kind == STATUS:
        return MastodonError(fault.status, fault.error)
    return MastodonError(500, "We're sorry, but something went wrong on our end.")
