"""The simulator as one aiohttp application: the provider's calls, and admin calls for tests."""

from aiohttp import web

from simulator.call_handler import build_request_handler
from simulator.routes.admin_fault_routes import delete_faults, post_fault, put_faults
from simulator.routes.admin_key_routes import delete_key, post_key
from simulator.routes.admin_list_routes import put_lists
from simulator.routes.admin_profile_routes import patch_profiles
from simulator.routes.admin_routes import get_calls, get_health, get_ledger, get_posts, get_summary
from simulator.routes.connect_page import get_connect, post_connect
from simulator.routes.provider_routes import ROUTES
from simulator.state import STATE_KEY, SimulatorState


def build_app(state: SimulatorState) -> web.Application:
    """An application with this state. The publisher is not part of it: `server` runs that."""
    app = web.Application()
    app[STATE_KEY] = state
    for host, name, method, path, handler in ROUTES:
        app.router.add_route(method, path, build_request_handler(host, name, handler))
    app.router.add_routes(
        [
            web.get("/_simulator/health", get_health),
            web.get("/_simulator/ledger", get_ledger),
            web.get("/_simulator/posts", get_posts),
            web.get("/_simulator/summary", get_summary),
            web.get("/_simulator/calls", get_calls),
            web.put("/_simulator/faults", put_faults),
            web.post("/_simulator/faults", post_fault),
            web.delete("/_simulator/faults", delete_faults),
            web.put("/_simulator/lists", put_lists),
            web.patch("/_simulator/profiles", patch_profiles),
            web.get("/connect", get_connect),
            web.post("/connect", post_connect),
            web.post("/_simulator/keys", post_key),
            web.delete("/_simulator/keys", delete_key),
            web.route("*", "/v2/{tail:.*}", _unknown_call),
        ]
    )
    if state.options.media is not None:
        # Serves whole files and ranges; refuses paths outside of the folder.
        app.router.add_static("/media", state.options.media)
    return app


async def _unknown_call(_request: web.Request) -> web.Response:
    return web.json_response({"message": "there is no such call"}, status=404)
