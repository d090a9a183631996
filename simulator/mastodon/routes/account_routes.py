"""The instance, and the account of a token."""

from aiohttp import web

from simulator.mastodon.call_handler import Call
from simulator.mastodon.errors import not_found
from simulator.mastodon.rendering import account_json, status_json
from simulator.mastodon.state import HOST

DEFAULT_PAGE, MOST_PER_PAGE = 20, 40


async def get_instance(call: Call) -> web.Response:
    """What the instance takes."""
    limits = call.state.limits
    statuses = {
        "max_characters": limits.characters,
        "characters_reserved_per_url": limits.url_length,
        "max_media_attachments": limits.files,
    }
    media = {"image_size_limit": limits.file_bytes, "description_limit": limits.description}
    configuration = {"statuses": statuses, "media_attachments": media}
    return web.json_response({"domain": HOST, "version": "4.4.0", "configuration": configuration})


async def verify_credentials(call: Call) -> web.Response:
    """The account of the token."""
    return web.json_response({**account_json(call.own), "source": {"privacy": "public"}})


async def list_statuses(call: Call) -> web.Response:
    """The account's own statuses of every visibility, newest first, in pages."""
    query = call.request.query
    if call.request.match_info["id"] != call.own.id:
        raise not_found()
    most = min(int(query.get("limit", DEFAULT_PAGE)), MOST_PER_PAGE)
    before = int(query.get("max_id", 10**30))
    own = [each for each in call.state.statuses.values() if each.owner == call.own.id]
    found = sorted((each for each in own if int(each.id) < before), key=lambda each: -int(each.id))
    return web.json_response([status_json(call.state, each) for each in found[:most]])
