"""What every call can reach: the options, the store, the faults, the counters and the clock."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Final

from aiohttp import web

from simulator.faults import Faults
from simulator.instants import Clock, wall_clock
from simulator.options import Options
from simulator.store import Store


@dataclass
class World:
    """One running simulator. `due` is set when there may be something to publish."""

    options: Options
    store: Store
    faults: Faults
    secret: bytes
    clock: Clock = wall_clock
    calls: Counter[str] = field(default_factory=Counter)
    injected: Counter[str] = field(default_factory=Counter)
    known_workspaces: set[str] = field(default_factory=set)
    # A key to the one that names its workspace, and the keys that were revoked.
    keys: dict[str, str] = field(default_factory=dict)
    revoked: set[str] = field(default_factory=set)
    due: asyncio.Event = field(default_factory=asyncio.Event)
    stopping: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass(frozen=True)
class Call:
    """One request on its way to its handler; `fault` is the kind that the handler must play."""

    request: web.Request
    world: World
    workspace: str
    fault: str | None = None


Act = Callable[[Call], Awaitable[web.StreamResponse]]

WORLD: Final = web.AppKey("world", World)


def build_world(options: Options) -> World:
    """Open the state and set the dice; needs no event loop."""
    store = Store(options.state)
    faults = Faults(options.faults, options.seed, options.fault_kinds, options.faults_in_a_row)
    keys = {key: group[0] for group in options.keys for key in group}
    return World(options, store, faults, store.secret(), keys=keys)
