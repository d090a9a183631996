"""Files: uploaded in a form, processed at once or a while later, and described."""

from aiohttp import BodyPartReader, web

from simulator.mastodon.call_handler import Call
from simulator.mastodon.errors import invalid, not_found
from simulator.mastodon.rendering import media_json
from simulator.mastodon.state import Media


async def post_media(call: Call) -> web.Response:
    """A new file: 200, or 202 while it is worked on, as videos are."""
    content_type, content, description = await _read_form(call.request)
    if not content_type.startswith(("image/", "video/", "audio/")):
        raise invalid("File content type is invalid")
    if len(content) > call.state.limits.file_bytes:
        raise invalid("File must be less than 1 MB")
    is_video = content_type.startswith("video/")
    media = Media(
        call.state.new_id(),
        call.own.id,
        "video" if is_video else "image",
        description,
        polls=call.state.limits.video_polls if is_video else 0,
    )
    call.state.media[media.id] = media
    return web.json_response(media_json(media), status=202 if media.polls else 200)


async def get_media(call: Call) -> web.Response:
    """A file that no status has: 206 while it is worked on."""
    media = _find(call)
    if not media.polls:
        return web.json_response(media_json(media))
    media.polls -= 1
    return web.json_response(media_json(media), status=206)


async def put_media(call: Call) -> web.Response:
    """A file's text for people who cannot see it."""
    media, body = _find(call), await call.request.json()
    if len(body["description"]) > call.state.limits.description:
        raise invalid("Description is too long")
    media.description = body["description"]
    return web.json_response(media_json(media))


def _find(call: Call) -> Media:
    """One of the account's files, as long as no status has it."""
    media = call.state.media.get(call.request.match_info["id"])
    if media is None or media.owner != call.own.id or media.status_id is not None:
        raise not_found()
    return media


async def _read_form(request: web.Request) -> tuple[str, bytes, str]:
    content_type, content, description = "", b"", ""
    async for part in await request.multipart():
        assert isinstance(part, BodyPartReader)  # noqa: S101  (forms are not nested)
        if part.name == "file":
            content_type = part.headers.get("Content-Type", "")
            content = bytes(await part.read())
        elif part.name == "description":
            description = await part.text()
    if not content:
        raise invalid("File can't be blank")
    return content_type, content, description
