"""Runs a sandbox of a WordPress site in a thread of its own."""

import asyncio
from collections import Counter
from collections.abc import Callable
from typing import Any, Final

from aiohttp import web

from simulator.faults import Fault, FaultInjector
from simulator.threaded_server import ThreadedServer
from simulator.wordpress.call_handler import CALLS, KINDS, answer_with
from simulator.wordpress.state import STATE_KEY, SiteState

API: Final = "/wp-json"
_UNLIMITED: Final = 2**40
# When the sandbox stops, a running call gets this many seconds before it is cut.
_SHUTDOWN_TIMEOUT: Final = 0.5


class WordPressSandbox(ThreadedServer):
    """A site; `password` is its user `admin`'s. `hang`: how long (s) a hanging call is silent."""

    def __init__(self, *, hang: float = 1.0) -> None:
        super().__init__("127.0.0.1", 0)
        self._state = SiteState(FaultInjector(0, 7, (), 3), hang)

    @property
    def api(self) -> str:
        """The address of its REST API."""
        return f"{self.origin}{API}"

    @property
    def password(self) -> str:
        """An application password of the user `admin`."""
        return self._state.password

    @property
    def calls(self) -> Counter[str]:
        """How many calls came in so far, by name."""
        return self._state.call_counts

    def inject(self, kind: str, call: str = "*", **more: Any) -> None:  # noqa: ANN401
        """Let the next calls of this name fail; see `call_handler`. `subject`: a user's name."""
        if kind not in KINDS:
            raise ValueError(f"{kind} is no kind of fault")
        self._state.faults.queue.append(Fault(kind, call, **more))

    def clear_faults(self) -> None:
        """Delete the faults that still wait."""
        self._state.faults.clear()

    async def _serve(self, stop: asyncio.Event, on_listening: Callable[[int], None]) -> None:
        self._state.stopping = asyncio.Event()
        app = web.Application(client_max_size=_UNLIMITED)
        app[STATE_KEY] = self._state
        for method, path, handler in CALLS:
            numbered = path.replace("{id}", r"{id:\d+}")
            app.router.add_route(method, API + numbered, answer_with(handler))
        app.router.add_get("/", _get_page)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=_SHUTDOWN_TIMEOUT)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", self.port).start()
        port = int(runner.addresses[0][1])
        self._state.url = f"http://127.0.0.1:{port}"
        on_listening(port)
        await stop.wait()
        self._state.stopping.set()
        await runner.cleanup()


async def _get_page(request: web.Request) -> web.Response:
    """The site's first page, which names the API."""
    link = f'<{request.app[STATE_KEY].url}{API}/>; rel="https://api.w.org/"'
    return web.Response(text="<p>Hello</p>", content_type="text/html", headers={"Link": link})
