"""The state that all calls share: options, store, faults, counters, keys and clock."""

import asyncio
import hashlib
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Final

from aiohttp import web

from simulator.faults import FaultInjector
from simulator.list_style import ListStyle
from simulator.options import Options
from simulator.sqlite_store import SqliteStore
from simulator.timestamps import Clock, now_milliseconds


@dataclass
class SimulatorState:
    """One running simulator. `due` is set when there may be something to publish."""

    options: Options
    store: SqliteStore
    faults: FaultInjector
    signing_secret: bytes
    clock: Clock = now_milliseconds
    call_counts: Counter[str] = field(default_factory=Counter)
    fault_counts: Counter[str] = field(default_factory=Counter)
    known_workspaces: set[str] = field(default_factory=set)
    # API key → the key that names its workspace; and the revoked keys.
    keys: dict[str, str] = field(default_factory=dict)
    # Workspace → how its lists behave, where a test has changed it.
    list_styles: dict[str, ListStyle] = field(default_factory=dict)
    revoked: set[str] = field(default_factory=set)
    due: asyncio.Event = field(default_factory=asyncio.Event)
    stopping: asyncio.Event = field(default_factory=asyncio.Event)

    def list_style_of(self, workspace: str) -> ListStyle:
        """How a workspace's lists behave."""
        usual = ListStyle(self.options.list_shape, self.options.page_size)
        return self.list_styles.get(workspace, usual)

    def workspace_of(self, key: str) -> str:
        """The workspace of an API key. Only a digest is stored: the key itself is a secret."""
        return hashlib.sha256(self.keys.get(key, key).encode()).hexdigest()


@dataclass(frozen=True)
class Call:
    """One authenticated request; `fault` is a kind of fault that its handler must act out."""

    request: web.Request
    state: SimulatorState
    workspace: str
    fault: str | None = None


CallHandler = Callable[[Call], Awaitable[web.StreamResponse]]

STATE_KEY: Final = web.AppKey("state", SimulatorState)


def build_state(options: Options) -> SimulatorState:
    """Open the store and seed the random faults; needs no event loop."""
    store = SqliteStore(options.state)
    faults = FaultInjector(
        options.faults, options.seed, options.fault_kinds, options.faults_in_a_row
    )
    keys = {key: group[0] for group in options.keys for key in group}
    return SimulatorState(options, store, faults, store.signing_secret(), keys=keys)
