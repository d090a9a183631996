"""Who a handle is, and where an account lives: `resolveHandle`, and the directory of DIDs."""

from aiohttp import web

from simulator.bluesky.domain.accounts import check_handle
from simulator.bluesky.errors import invalid_request
from simulator.bluesky.routes.bodies import text
from simulator.bluesky.state import STATE_KEY, Call


async def resolve_handle(call: Call) -> web.Response:
    """`{"did"}` of a handle of this server."""
    handle = text(dict(call.query), "handle").lower()
    check_handle(handle)
    account = call.state.accounts.find(handle)
    if account is None or account.taken_down:
        name = "HandleNotFound" if handle.endswith(".test") else "InvalidRequest"
        raise invalid_request("Unable to resolve handle", name)
    return web.json_response({"did": account.did})


async def get_did_document(request: web.Request) -> web.Response:
    """`GET /{did}`, as the PLC directory: the account's handle and server."""
    state, did = request.app[STATE_KEY], request.match_info["did"]
    account = state.accounts.by_did.get(did)
    if account is None:
        return web.json_response({"message": f"DID not registered: {did}"}, status=404)
    service = {
        "id": "#atproto_pds",
        "type": "AtprotoPersonalDataServer",
        "serviceEndpoint": state.options.public_url or state.url,
    }
    document = {
        "@context": ["https://www.w3.org/ns/did/v1"],
        "id": did,
        "alsoKnownAs": [f"at://{account.handle}"],
        "verificationMethod": [],
        "service": [service],
    }
    return web.json_response(document, content_type="application/did+ld+json")


async def get_atproto_did(request: web.Request) -> web.Response:
    """`GET /.well-known/atproto-did` at the host that is the handle: the DID as text."""
    handle = request.host.partition(":")[0]
    account = request.app[STATE_KEY].accounts.find(handle)
    if account is None:
        return web.Response(text="User not found", status=404)
    return web.Response(text=account.did)
