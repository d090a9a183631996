"""What the server's moderators do: take an account down, and put it back."""

from aiohttp import web

from simulator.bluesky.errors import invalid_request
from simulator.bluesky.routes.authorization import check_administrator
from simulator.bluesky.routes.bodies import read_object
from simulator.bluesky.state import Call


async def update_subject_status(call: Call) -> web.Response:
    """`{"subject": {"did"}, "takedown": {"applied"}}`, with the administrator's password."""
    check_administrator(call)
    body = await read_object(call.request)
    account = call.state.accounts.by_did.get(body.get("subject", {}).get("did"))
    applied = body.get("takedown", {}).get("applied")
    if account is None or not isinstance(applied, bool):
        raise invalid_request("Expected a subject with a did, and takedown.applied")
    account.taken_down = applied
    return web.json_response(body)
