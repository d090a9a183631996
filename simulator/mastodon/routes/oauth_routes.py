"""Registration of an application, the page where a person allows it, and the token."""

import base64
import hashlib
from secrets import token_urlsafe
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from simulator.mastodon.call_handler import Call
from simulator.mastodon.errors import MastodonError
from simulator.mastodon.state import HOST, SCOPES

SHOW_CODE = "urn:ietf:wg:oauth:2.0:oob"


async def get_metadata(_call: Call) -> web.Response:
    """What the authorization server can do, since 4.3."""
    return web.json_response(
        {
            "issuer": f"https://{HOST}/",
            "scopes_supported": list(SCOPES),
            "code_challenge_methods_supported": ["S256"],
        }
    )


async def post_app(call: Call) -> web.Response:
    """A new application, with the addresses that it may name, and the most that it may ask for."""
    body = await call.request.json()
    app = {**body, "client_id": token_urlsafe(16), "client_secret": token_urlsafe(16)}
    call.state.apps[app["client_id"]] = app
    return web.json_response(app)


async def get_authorize(call: Call) -> web.Response:
    """The page: the newest account allows at once, or refuses where `refuse` is asked for."""
    query = dict(call.request.query)
    app = call.state.apps.get(query.get("client_id", ""))
    if app is None or query.get("redirect_uri") != app["redirect_uris"]:
        raise MastodonError(401, "invalid_client", "Client authentication failed.")
    if not set(query["scope"].split()) <= set(app["scopes"].split()):
        raise MastodonError(400, "invalid_scope", "The requested scope is invalid.")
    code = token_urlsafe(16)
    call.state.codes[code] = {**query, "account": list(call.state.accounts)[-1]}
    if query["redirect_uri"] == SHOW_CODE:
        return web.Response(text=code)
    state = {"state": query["state"]} if "state" in query else {}
    refusal = {"error": "access_denied", **state}
    answer = refusal if "refuse" in query else {"code": code, **state}
    raise web.HTTPFound(f"{query['redirect_uri']}?{urlencode(answer)}")


async def post_token(call: Call) -> web.Response:
    """A token for a code, once."""
    body = await call.request.json()
    app, code = call.state.apps.get(body["client_id"]), call.state.codes.pop(body["code"], None)
    if app is None or app["client_secret"] != body["client_secret"]:
        raise MastodonError(401, "invalid_client", "Client authentication failed.")
    if code is None or not _is_code_of(code, body):
        raise MastodonError(400, "invalid_grant", "The provided authorization grant is invalid.")
    token, scope = token_urlsafe(24), code["scope"]
    call.state.tokens[token] = code["account"], frozenset(scope.split())
    return web.json_response({"access_token": token, "token_type": "Bearer", "scope": scope})


def _is_code_of(code: dict[str, Any], body: dict[str, Any]) -> bool:
    """Whether the one who began also finishes."""
    digest = hashlib.sha256(body.get("code_verifier", "").encode()).digest()
    challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    same = (code[name] == body[name] for name in ("client_id", "redirect_uri"))
    return all(same) and bool(code.get("code_challenge", challenge) == challenge)
