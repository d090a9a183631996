"""Whose token comes with a request."""

import hmac
from typing import Final

from aiohttp import BasicAuth, web

from simulator.bluesky.domain import tokens
from simulator.bluesky.domain.accounts import Account
from simulator.bluesky.domain.sessions import FULL_ACCESS
from simulator.bluesky.errors import XrpcError, invalid_request
from simulator.bluesky.state import Call

_BEARER: Final = "Bearer "


def subject_of(request: web.Request) -> str:
    """The DID in the request's token, valid or not; "" without one."""
    try:
        return str(tokens.read_claims(bearer_of(request)).get("sub", ""))
    except tokens.Malformed:
        return ""


def bearer_of(request: web.Request) -> str:
    """The token in the request; "" without one."""
    header = request.headers.get("Authorization", "")
    return header.removeprefix(_BEARER) if header.startswith(_BEARER) else ""


def account_of(call: Call, *, full_access: bool = False) -> Account:
    """The account of an access token, whatever became of the session since.

    Raises:
        XrpcError: 401 AuthMissing; 400 InvalidToken or ExpiredToken.
    """
    header = call.request.headers.get("Authorization", "")
    if not header:
        raise _missing()
    if not header.startswith(_BEARER):
        raise invalid_request("Unexpected authorization type", "InvalidToken")
    secret = call.state.options.jwt_secret
    claims = tokens.verify(bearer_of(call.request), tokens.ACCESS, secret, call.now)
    if full_access and claims["scope"] != FULL_ACCESS:
        raise invalid_request("Bad token scope", "InvalidToken")
    account = call.state.accounts.by_did.get(claims["sub"])
    if account is None:
        raise XrpcError(403, "AccountNotFound", "Account not found")
    return account


def refresh_token_of(call: Call) -> str:
    """The refresh token of a request, unchecked; XrpcError 401 AuthMissing without one."""
    token = bearer_of(call.request)
    if not token:
        raise _missing()
    return token


def check_administrator(call: Call) -> None:
    """XrpcError 401 unless the administrator's password comes with the call."""
    try:
        given = BasicAuth.decode(call.request.headers.get("Authorization", "")).password
    except ValueError:
        raise _missing() from None
    if not hmac.compare_digest(given.encode(), call.state.options.admin_password.encode()):
        raise _missing()


def _missing() -> XrpcError:
    return XrpcError(401, "AuthMissing", "Authentication Required")
