"""Statuses: published once under an idempotency key, read, and deleted."""

import re
from datetime import timedelta
from typing import Any

from aiohttp import web

from simulator.mastodon.call_handler import Call
from simulator.mastodon.errors import MastodonError, invalid, not_found
from simulator.mastodon.rendering import LINK, MENTION, status_json
from simulator.mastodon.state import KEY_SECONDS, Media, Status

VISIBILITIES = ("public", "unlisted", "private", "direct")


async def post_status(call: Call) -> web.Response:
    """A new status, or the one that this key has made within the hour. 404 if that was deleted."""
    body, key = await call.request.json(), call.request.headers.get("Idempotency-Key", "")
    known = call.state.keys.get((call.own.id, key)) if key else None
    if known is not None and call.state.now() - known[1] < timedelta(seconds=KEY_SECONDS):
        return web.json_response(status_json(call.state, _own(call, known[0])))
    status = _build(call, body)
    call.state.statuses[status.id] = status
    for media in status.media:
        media.status_id = status.id
    if key:
        call.state.keys[call.own.id, key] = status.id, call.state.now()
    return web.json_response(status_json(call.state, status))


async def get_status(call: Call) -> web.Response:
    """One status."""
    return web.json_response(status_json(call.state, _own(call, call.request.match_info["id"])))


async def get_source(call: Call) -> web.Response:
    """The text as it was sent."""
    status = _own(call, call.request.match_info["id"])
    return web.json_response({"id": status.id, "text": status.text, "spoiler_text": status.warning})


async def get_context(call: Call) -> web.Response:
    """All that follows a status, as far as it goes."""
    found = [_own(call, call.request.match_info["id"]).id]
    for parent in found:  # it grows
        found += [each.id for each in call.state.statuses.values() if each.in_reply_to == parent]
    descendants = [status_json(call.state, call.state.statuses[each]) for each in found[1:]]
    return web.json_response({"ancestors": [], "descendants": descendants})


async def delete_status(call: Call) -> web.Response:
    """The status is gone; its files can be used again."""
    status = _own(call, call.request.match_info["id"])
    answer = {**status_json(call.state, status), "text": status.text}
    del call.state.statuses[status.id]
    for media in status.media:
        media.status_id = None
    return web.json_response(answer)


def _own(call: Call, status_id: str) -> Status:
    status = call.state.statuses.get(status_id)
    if status is None or status.owner != call.own.id:
        raise not_found()
    return status


def _build(call: Call, body: dict[str, Any]) -> Status:
    if "scheduled_at" in body:
        raise invalid("this sandbox has no timer")
    parent = body.get("in_reply_to_id")
    if parent is not None and parent not in call.state.statuses:
        raise MastodonError(404, "The post you are trying to reply to does not appear to exist.")
    media = _find_media(call, body.get("media_ids", []))
    text, warning = body.get("status", "").strip(), body.get("spoiler_text", "").strip()
    visibility = body.get("visibility", "public")
    if visibility not in VISIBILITIES:
        raise invalid("Visibility is not included in the list")
    if not text and not media:
        raise invalid("Text can't be blank")
    most = call.state.limits.characters
    if _length(call, text) + len(warning) > most:
        raise invalid(f"Text character limit of {most} exceeded")
    return Status(
        call.state.new_id(), call.own.id, text or warning, call.state.now(), visibility, warning,
        body.get("language"), bool(body.get("sensitive")) or bool(warning), parent, media,
    )  # fmt: skip


def _length(call: Call, text: str) -> int:
    """A link counts the same whatever its length, a mention without its server."""
    shortened = LINK.sub("x" * call.state.limits.url_length, text)
    return len(re.sub(MENTION, r"@\1", shortened))


def _find_media(call: Call, ids: list[str]) -> list[Media]:
    if len(ids) > call.state.limits.files:
        raise invalid(f"Cannot attach more than {call.state.limits.files} files")
    found = [call.state.media.get(each) for each in ids]
    free = [each for each in found if each and each.owner == call.own.id and not each.status_id]
    if len(free) < len(ids):
        raise invalid(f"Media {', '.join(ids)} not found or already attached to another post")
    if len(free) > 1 and any(each.kind == "video" for each in free):
        raise invalid("Cannot attach a video to a post that already contains images")
    if any(each.polls for each in free):
        raise invalid("Cannot attach files that have not finished processing. Try again later!")
    return free
