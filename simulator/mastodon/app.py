"""A sandbox as one aiohttp application."""

from aiohttp import web

from simulator.mastodon.call_handler import route
from simulator.mastodon.routes import account_routes, media_routes, oauth_routes, status_routes
from simulator.mastodon.state import STATE_KEY, SandboxState

# Bodies are read whole and measured by the calls themselves, which answer in their own words.
_UNLIMITED = 2**40
_STATUS = "/api/v1/statuses/{id}"


def build_app(state: SandboxState) -> web.Application:
    """An application with this state."""
    app = web.Application(client_max_size=_UNLIMITED)
    app[STATE_KEY] = state
    accounts, media, oauth, statuses = account_routes, media_routes, oauth_routes, status_routes
    app.router.add_routes(
        [
            route("GET", "/api/v2/instance", "instance", accounts.get_instance),
            route("GET", "/.well-known/oauth-authorization-server", "metadata", oauth.get_metadata),
            route("POST", "/api/v1/apps", "apps", oauth.post_app),
            route("GET", "/oauth/authorize", "authorize", oauth.get_authorize),
            route("POST", "/oauth/token", "token", oauth.post_token),
            route(
                "GET",
                "/api/v1/accounts/verify_credentials",
                "verify_credentials",
                accounts.verify_credentials,
                "read:accounts",
            ),
            route(
                "GET",
                "/api/v1/accounts/{id}/statuses",
                "statuses",
                accounts.list_statuses,
                "read:statuses",
            ),
            route("POST", "/api/v2/media", "media", media.post_media, "write:media"),
            route("GET", "/api/v1/media/{id}", "media", media.get_media, "write:media"),
            route("PUT", "/api/v1/media/{id}", "media", media.put_media, "write:media"),
            route("POST", "/api/v1/statuses", "statuses", statuses.post_status, "write:statuses"),
            route("GET", _STATUS, "status", statuses.get_status, "read:statuses"),
            route("GET", f"{_STATUS}/source", "source", statuses.get_source, "read:statuses"),
            route("GET", f"{_STATUS}/context", "context", statuses.get_context, "read:statuses"),
            route("DELETE", _STATUS, "status", statuses.delete_status, "write:statuses"),
        ]
    )
    return app
