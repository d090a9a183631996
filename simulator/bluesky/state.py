"""What all handlers of a sandbox share: accounts, sessions, limits, faults, counters, ledger."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from secrets import token_hex
from typing import Any, Final

from aiohttp import web

from simulator.bluesky.domain.accounts import Accounts
from simulator.bluesky.domain.rate_limits import RateLimit
from simulator.bluesky.domain.sessions import Sessions
from simulator.bluesky.options import SandboxOptions
from simulator.faults import FaultInjector
from simulator.timestamps import Clock, now_milliseconds


@dataclass
class SandboxState:
    """One sandbox. `url` is its address; `ledger` has every write, also of what was deleted."""

    options: SandboxOptions
    accounts: Accounts
    sessions: Sessions
    faults: FaultInjector
    session_limit: RateLimit
    write_limit: RateLimit
    upload_limit: RateLimit
    clock: Clock = now_milliseconds
    url: str = ""
    call_counts: Counter[str] = field(default_factory=Counter)
    fault_counts: Counter[str] = field(default_factory=Counter)
    ledger: list[dict[str, Any]] = field(default_factory=list)
    # App passwords that tests have chosen, also the revoked ones → DID.
    keys: dict[str, str] = field(default_factory=dict, repr=False)
    stopping: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass(frozen=True)
class Call:
    """One request, with the time at which its handler began (ms)."""

    request: web.Request
    state: SandboxState
    now: int

    @property
    def query(self) -> Mapping[str, str]:
        """The parameters of a query."""
        return self.request.query


CallHandler = Callable[[Call], Awaitable[web.StreamResponse]]

STATE_KEY: Final = web.AppKey("state", SandboxState)


def build_state(options: SandboxOptions) -> SandboxState:
    """A sandbox with the accounts of its options."""
    faults = FaultInjector(
        options.faults, options.seed, options.fault_kinds, options.faults_in_a_row
    )
    state = SandboxState(
        options,
        Accounts(),
        Sessions(options),
        faults,
        RateLimit(options.session_limit),
        RateLimit(options.write_limit),
        RateLimit(options.upload_limit),
    )
    for handle, app_password in options.accounts:
        account = state.accounts.create(handle, f"{handle}@mail.test", token_hex(16), state.clock())
        account.app_passwords["given"] = app_password
    return state
