"""Calls about accounts and their sessions (`com.atproto.server.*`)."""

import secrets
from typing import Any

from aiohttp import web

from simulator.bluesky.domain.accounts import Account
from simulator.bluesky.domain.sessions import AUDIENCE, Pair
from simulator.bluesky.errors import internal_error, invalid_request
from simulator.bluesky.routes.authorization import account_of, refresh_token_of
from simulator.bluesky.routes.bodies import read_object, refuse_body, text
from simulator.bluesky.state import Call


async def describe_server(call: Call) -> web.Response:
    """What the server takes: the largest blob, the ends of its handles."""
    return web.json_response(
        {
            "did": AUDIENCE,
            "availableUserDomains": [".test"],
            "inviteCodeRequired": False,
            "blobUploadLimit": call.state.options.blob_limit,
            "links": {},
            "contact": {},
        }
    )


async def create_account(call: Call) -> web.Response:
    """A new account and its first session."""
    body = await read_object(call.request)
    handle, email, password = (text(body, key) for key in ("handle", "email", "password"))
    account = call.state.accounts.create(handle, email, password, call.now)
    return _session_response(account, call.state.sessions.open(account, None, call.now))


async def create_session(call: Call) -> web.Response:
    """A session, by the main password or an app password."""
    body = await read_object(call.request)
    identifier, password = text(body, "identifier"), text(body, "password")
    address = call.request.remote or ""
    call.state.session_limit.consume(f"{identifier}-{address}", 1, call.now)
    account, name = call.state.accounts.log_in(identifier, password)
    return _session_response(account, call.state.sessions.open(account, name, call.now))


async def refresh_session(call: Call) -> web.Response:
    """The next pair of tokens."""
    refuse_body(call.request)
    claims = call.state.sessions.read(refresh_token_of(call), call.now)
    account = call.state.accounts.by_did[claims["sub"]]
    if account.taken_down:
        account.check_active()
    return _session_response(account, call.state.sessions.renew(claims, call.now))


async def get_session(call: Call) -> web.Response:
    """Whose access token this is."""
    account = account_of(call)
    if account.taken_down:
        raise invalid_request(f"Could not find user info for account: {account.did}")
    return web.json_response(account.describe())


async def delete_session(call: Call) -> web.Response:
    """End the session of a refresh token."""
    refuse_body(call.request)
    call.state.sessions.end(call.state.sessions.read(refresh_token_of(call), call.now))
    return web.Response()


async def create_app_password(call: Call) -> web.Response:
    """A new app password; 500 for a name that is in use, as the real server."""
    account = account_of(call, full_access=True)
    name = text(await read_object(call.request), "name")
    if name in account.app_passwords:
        raise internal_error()
    # Letters of base 32, as the real server's.
    letters = ["".join(secrets.choice("abcdefghijklmnopqrstuvwxyz234567") for _ in range(4))
               for _ in range(4)]  # fmt: skip
    account.app_passwords[name] = "-".join(letters)
    body = {"name": name, "password": account.app_passwords[name], "privileged": False}
    return web.json_response(body)


async def revoke_app_password(call: Call) -> web.Response:
    """The app password and its refresh tokens are worth nothing; harmless to repeat."""
    account = account_of(call, full_access=True)
    name = text(await read_object(call.request), "name")
    account.app_passwords.pop(name, None)
    call.state.sessions.end_all_of(account.did, name)
    return web.Response()


async def deactivate_account(call: Call) -> web.Response:
    """Hide the account and refuse its writes, until it is activated."""
    account_of(call, full_access=True).deactivated = True
    return web.Response()


async def activate_account(call: Call) -> web.Response:
    """The opposite of deactivating."""
    refuse_body(call.request)
    account_of(call, full_access=True).deactivated = False
    return web.Response()


def _session_response(account: Account, pair: Pair) -> web.Response:
    body: dict[str, Any] = {"accessJwt": pair.access, "refreshJwt": pair.refresh}
    return web.json_response({**body, **account.describe()})
