"""The way by the server's own page (OAuth): we register, the person allows, we get the token."""

import base64
import hashlib
import secrets
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

from provider.connect_form import AuthorizationPage, split_state
from provider.errors import GiveUp, InvalidInput, Retry
from provider.mastodon.answers import to_provider_error
from provider.mastodon.http import MastodonHttp
from provider.mastodon.server_address import EXPECTED, FIELD

# To read the account and its own posts, and to publish; nothing else.
SCOPES: Final = ("read:accounts", "read:statuses", "write:statuses", "write:media")
# Servers since 4.3 have a scope that shows the own account and no other.
OWN_PROFILE: Final = "profile"
# With this address, the server shows the code for the person to copy.
SHOW_CODE: Final = "urn:ietf:wg:oauth:2.0:oob"
METADATA: Final = "/.well-known/oauth-authorization-server"
CLIENT_NAME: Final = "Slotbeat"
ADDRESS, CLIENT, SECRET = "address", "client_id", "client_secret"
REDIRECT, VERIFIER, ASKED = "redirect_uri", "code_verifier", "scope"


async def begin(http: MastodonHttp, callback: str | None) -> AuthorizationPage:
    """Register at the server; returns the page where the person allows the access. `callback`: our
    address, whose query may have a `state`; None: the server shows a code."""
    redirect, state = (SHOW_CODE, "") if callback is None else split_state(callback)
    metadata = await _metadata(http)
    scopes = " ".join(_scopes(metadata))
    app = await _register(http, redirect, scopes)
    verifier = secrets.token_urlsafe(48) if _has_pkce(metadata) else ""
    query = {
        "response_type": "code",
        CLIENT: app[CLIENT],
        REDIRECT: redirect,
        ASKED: scopes,
        **({"state": state} if state else {}),
        **_challenge(verifier),
    }
    pending = {
        ADDRESS: http.base,
        CLIENT: app[CLIENT],
        SECRET: app[SECRET],
        REDIRECT: redirect,
        ASKED: scopes,
        **({VERIFIER: verifier} if verifier else {}),
    }
    return AuthorizationPage(f"{http.base}/oauth/authorize?{urlencode(query)}", pending)


async def finish(http: MastodonHttp, pending: Mapping[str, str], answer: Mapping[str, str]) -> str:
    """The access token. GiveUp where the person refused, or allowed less than is needed."""
    # Some servers show the state behind the code.
    code = answer.get("code", "").strip().partition("&")[0]
    if not code:
        raise GiveUp("the access was not allowed on the page of the Mastodon server; begin again")
    names = (CLIENT, SECRET, REDIRECT, ASKED, VERIFIER)
    known = {name: pending[name] for name in names if name in pending}
    body = {**known, "grant_type": "authorization_code", "code": code}
    found = await http.ask("POST", "/oauth/token", json=body)
    if found.status in (400, 401):
        raise GiveUp("the Mastodon server did not accept the code; begin again", found.status)
    if not found.is_success:
        raise to_provider_error(found)
    return _token(found.body, pending[ASKED])


def _token(body: Any, asked: str) -> str:  # noqa: ANN401  (JSON)
    token = body.get("access_token") if isinstance(body, dict) else None
    if not isinstance(token, str) or not token:
        raise Retry("the Mastodon server answered without an access token")
    granted = body.get("scope")
    if isinstance(granted, str):  # a server with a part of the API may not say
        missing = set(asked.split()) - set(granted.split())
        if missing:
            raise GiveUp(f"the Mastodon server did not grant {' '.join(sorted(missing))}")
    return token


async def _register(http: MastodonHttp, redirect: str, scopes: str) -> dict[str, str]:
    body = {"client_name": CLIENT_NAME, "redirect_uris": redirect, "scopes": scopes}
    answer = await http.ask("POST", "/api/v1/apps", json=body)
    if answer.status in (404, 405, 410) or (answer.status < 300 and not answer.is_success):
        raise InvalidInput(FIELD, EXPECTED)
    if not answer.is_success:
        raise to_provider_error(answer)
    found = {name: answer.body.get(name) for name in (CLIENT, SECRET)}
    if not all(isinstance(value, str) and value for value in found.values()):
        raise InvalidInput(FIELD, EXPECTED)
    return found


async def _metadata(http: MastodonHttp) -> dict[str, Any]:
    """What the authorization server says of itself; servers before 4.3 do not."""
    answer = await http.ask("GET", METADATA)
    return answer.body if answer.is_success and isinstance(answer.body, dict) else {}


def _scopes(metadata: Mapping[str, Any]) -> tuple[str, ...]:
    supported = metadata.get("scopes_supported")
    has_own = isinstance(supported, list) and OWN_PROFILE in supported
    return (OWN_PROFILE, *SCOPES[1:]) if has_own else SCOPES


def _has_pkce(metadata: Mapping[str, Any]) -> bool:
    methods = metadata.get("code_challenge_methods_supported")
    return isinstance(methods, list) and "S256" in methods


def _challenge(verifier: str) -> dict[str, str]:
    if not verifier:
        return {}
    digest = hashlib.sha256(verifier.encode()).digest()
    challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    return {"code_challenge": challenge, "code_challenge_method": "S256"}
