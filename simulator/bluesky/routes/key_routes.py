"""Gives and takes app passwords while the sandbox runs: `/_simulator/keys`.

A key is an app password; unlike the real server's, a test chooses it.
"""

import hashlib
import json
from secrets import token_hex

from aiohttp import web

from simulator.bluesky.domain.accounts import Account
from simulator.bluesky.state import STATE_KEY, SandboxState


async def post_key(request: web.Request) -> web.Response:
    """`{"key", "sameAs"?}`: the app password is good, for the account of `sameAs` if given.

    A key that was never seen gets a new account. 201 with the account's `did` and `handle`.
    """
    body = json.loads(await request.read())
    state = request.app[STATE_KEY]
    account = _account_of(state, str(body.get("sameAs", body["key"])))
    state.keys[body["key"]] = account.did
    account.app_passwords[_name(body["key"])] = body["key"]
    return web.json_response({"did": account.did, "handle": account.handle}, status=201)


async def delete_key(request: web.Request) -> web.Response:
    """`{"key"}`: the app password is revoked, as by `revokeAppPassword`; 404 for an unknown one."""
    key = json.loads(await request.read())["key"]
    state = request.app[STATE_KEY]
    if key not in state.keys:
        return web.json_response({"message": "no such key was given"}, status=404)
    account = state.accounts.by_did[state.keys[key]]
    account.app_passwords.pop(_name(key), None)
    state.sessions.end_all_of(account.did, _name(key))
    return web.json_response({})


def _account_of(state: SandboxState, key: str) -> Account:
    if key in state.keys:
        return state.accounts.by_did[state.keys[key]]
    handle = f"u{hashlib.sha256(key.encode()).hexdigest()[:12]}.test"
    account = state.accounts.create(handle, f"{handle}@mail.test", token_hex(16), state.clock())
    account.app_passwords[_name(key)] = key
    state.keys[key] = account.did
    return account


def _name(key: str) -> str:
    # The name of an app password is shown in lists: it must not show the password.
    return f"key {hashlib.sha256(key.encode()).hexdigest()[:12]}"
