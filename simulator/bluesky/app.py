"""A sandbox as one aiohttp application."""

from aiohttp import web

from simulator.bluesky.call_handler import handle_call
from simulator.bluesky.routes import control_routes, identity_routes, key_routes
from simulator.bluesky.state import STATE_KEY, SandboxState

# Bodies are read whole and measured by the calls themselves, which answer in their own words.
_UNLIMITED = 2**40


def build_app(state: SandboxState) -> web.Application:
    """An application with this state."""
    app = web.Application(client_max_size=_UNLIMITED)
    app[STATE_KEY] = state
    app.router.add_route("*", "/xrpc/{name}", handle_call)
    app.router.add_routes(
        [
            web.get("/{did:did:plc:[a-z2-7]+}", identity_routes.get_did_document),
            web.get("/.well-known/atproto-did", identity_routes.get_atproto_did),
            web.get("/_simulator/health", control_routes.get_health),
            web.get("/_simulator/calls", control_routes.get_calls),
            web.get("/_simulator/ledger", control_routes.get_ledger),
            web.put("/_simulator/faults", control_routes.put_faults),
            web.post("/_simulator/faults", control_routes.post_fault),
            web.delete("/_simulator/faults", control_routes.delete_faults),
            web.post("/_simulator/keys", key_routes.post_key),
            web.delete("/_simulator/keys", key_routes.delete_key),
        ]
    )
    return app
