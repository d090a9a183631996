"""Calls 2 and 4 to 6: initiate, confirm, get and delete a media."""

from typing import Any

from aiohttp import web

from simulator.domain.media import (
    SimulatedMedia,
    confirm_media,
    create_media,
    delete_media,
    find_media,
    guess_content_type,
    status_of,
)
from simulator.errors import Problem, validation_error
from simulator.faults import EXPIRED_URL, MEDIA_ERROR
from simulator.routes.api_auth import read_json_object
from simulator.routes.upload_signing import signed_url
from simulator.state import Call
from simulator.timestamps import format_instant, to_milliseconds

_DESTINATION = "POST_MEDIA"


async def post_media(call: Call) -> web.Response:
    """Call 2: 201 `{"id", "uploadUrl"}` (`mediaId` for `id` with legacy answers)."""
    body = await read_json_object(call.request)
    if problems := _problems(body):
        raise validation_error(problems)
    state, now = call.state, call.state.clock()
    specs = body["specs"] if isinstance(body.get("specs"), dict) else {}
    media = create_media(
        state.store, call.workspace, body["name"], specs, now, state.options.confirm_ttl
    )
    expires_at = (
        now if call.fault == EXPIRED_URL else now + to_milliseconds(state.options.upload_ttl)
    )
    key = "mediaId" if state.options.legacy_answers else "id"
    return web.json_response(
        {key: media.id, "uploadUrl": _url(call, media, expires_at)}, status=201
    )


async def patch_media(call: Call) -> web.Response:
    """Call 4, the confirm: 200 with the media."""
    state = call.state
    media = confirm_media(
        state.store,
        call.workspace,
        call.request.match_info["id"],
        state.clock(),
        state.options.processing,
        doomed=call.fault == MEDIA_ERROR,
    )
    return web.json_response(_media_json(call, media))


async def get_media(call: Call) -> web.Response:
    """Call 5: 200 with the media."""
    state, media_id = call.state, call.request.match_info["id"]
    media = find_media(state.store, call.workspace, media_id, state.clock())
    return web.json_response(_media_json(call, media))


async def remove_media(call: Call) -> web.Response:
    """Call 6: 200 `{"success": true}`."""
    state, media_id = call.state, call.request.match_info["id"]
    delete_media(state.store, call.workspace, media_id, state.clock())
    return web.json_response({"success": True})


def _problems(body: dict[str, Any]) -> list[Problem]:
    problems = []
    if body.get("destinationType") != _DESTINATION:
        problems.append(Problem("destinationType", f"must be {_DESTINATION}"))
    if not isinstance(body.get("name"), str) or not body["name"]:
        problems.append(Problem("name", "must be a file name"))
    return problems


def _media_json(call: Call, media: SimulatedMedia) -> dict[str, Any]:
    """`path` and `preview` have the right form, but cannot be fetched: bytes are not stored."""
    now = call.state.clock()
    link = _url(call, media, now + to_milliseconds(call.state.options.upload_ttl))
    specs = {name: media.specs.get(name) for name in ("width", "height", "duration")}
    return {
        "id": media.id,
        "name": media.name,
        "path": link,
        "preview": link,
        "type": guess_content_type(media.name),
        "status": status_of(media, now),
        "specs": {**specs, "fileSizeBytes": media.size},
        "createdAt": format_instant(media.created_at),
    }


def _url(call: Call, media: SimulatedMedia, expires_at: int) -> str:
    # The address that the client used (a published port, a proxy) is one that works for it.
    origin = str(call.request.url.origin())
    return signed_url(call.state.signing_secret, origin, media.blob, expires_at)
