"""Runs a sandbox in a thread of its own."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from aiohttp import web

from simulator.bluesky.faults import SandboxFault
from simulator.faults import FaultInjector
from simulator.mastodon.app import build_app
from simulator.mastodon.state import SandboxAccount, SandboxLimits, SandboxState, Status
from simulator.threaded_server import ThreadedServer


class MastodonSandbox(ThreadedServer):
    """A sandbox inside this process. Tests reach what it has through this object."""

    def __init__(self, limits: SandboxLimits | None = None) -> None:
        super().__init__("127.0.0.1", 0)
        self.state = SandboxState(limits or SandboxLimits(), FaultInjector(0, 7, (), 3))

    @property
    def url(self) -> str:
        """`http://127.0.0.1:PORT`."""
        return self.origin

    def create_account(self) -> SandboxAccount:
        """A new account."""
        return self.state.create_account()

    def statuses_of(self, account: SandboxAccount) -> list[Status]:
        """All that the account has published, oldest first."""
        return [each for each in self.state.statuses.values() if each.owner == account.id]

    def inject(self, kind: str, call: str = "*", **more: Any) -> None:  # noqa: ANN401
        """The next calls of this name fail so; see `simulator.bluesky.faults`."""
        self.state.faults.queue.append(SandboxFault(kind, call, **more))

    def turn_clock(self, seconds: float) -> None:
        """Turn the clock on: an idempotency key is known for an hour."""
        self.state.offset += timedelta(seconds=seconds)

    async def _serve(self, stop: asyncio.Event, on_listening: Callable[[int], None]) -> None:
        self.state.stopping = asyncio.Event()
        runner = web.AppRunner(build_app(self.state), access_log=None, shutdown_timeout=1.0)
        try:
            await runner.setup()
            await web.TCPSite(runner, self._host, self.port).start()
            on_listening(int(runner.addresses[0][1]))
            await stop.wait()
        finally:
            self.state.stopping.set()
            await runner.cleanup()
