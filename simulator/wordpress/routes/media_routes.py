"""The library of files."""

import hashlib
import re
from typing import Any, Final

from aiohttp import web

from simulator.wordpress.access import require, require_edit_context
from simulator.wordpress.errors import RestError, no_such_post
from simulator.wordpress.state import Call, File

# The kinds that the sandbox knows, by how a file begins; WordPress looks into it too.
_BEGINNINGS: Final = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG", "image/png"),
    (b"%PDF-", "application/pdf"),
)
_NOT_ALLOWED: Final = "Sorry, you are not allowed to upload this file type."


async def create_media(call: Call) -> web.Response:
    """A file, as raw bytes."""
    content = await call.request.read()
    user = require(call, "upload_files", "rest_cannot_create")
    name = re.search('filename="([^"]+)"', call.request.headers.get("Content-Disposition", ""))
    if name is None:
        raise RestError(400, "rest_upload_no_content_disposition", "No Content-Disposition.")
    digest = call.request.headers.get("Content-MD5")
    if digest is not None and digest.strip() != hashlib.md5(content).hexdigest():  # noqa: S324
        raise RestError(412, "rest_upload_hash_mismatch", "Content hash did not match expected.")
    kinds = [kind for beginning, kind in _BEGINNINGS if content.startswith(beginning)]
    is_video = content[4:8] == b"ftyp"
    if not kinds and not is_video:
        raise RestError(500, "rest_upload_sideload_error", _NOT_ALLOWED)
    id_ = call.state.next_id()
    file = File(id_, user.id, name[1], kinds[0] if kinds else "video/mp4")
    call.state.files[id_] = file
    return web.json_response(_render(call, file), status=201)


async def list_media(call: Call) -> web.Response:
    """The files with these ids."""
    require_edit_context(call)
    wanted = {int(each) for each in call.request.query.get("include", "").split(",") if each}
    items = [_render(call, each) for id_, each in call.state.files.items() if id_ in wanted]
    headers = {"X-WP-Total": str(len(items)), "X-WP-TotalPages": "1"}
    return web.json_response(items, headers=headers)


async def get_media(call: Call) -> web.Response:
    """One file."""
    require_edit_context(call)
    return web.json_response(_render(call, _find(call)))


async def update_media(call: Call) -> web.Response:
    """Its alt text."""
    file = _find(call)
    user = require(call, "upload_files", "rest_cannot_edit")
    if file.author != user.id and not user.may("edit_others_posts"):
        raise RestError(403, "rest_cannot_edit")
    file.alt_text = call.body.get("alt_text", file.alt_text)
    return web.json_response(_render(call, file))


def _find(call: Call) -> File:
    if call.id not in call.state.files:
        raise no_such_post()
    return call.state.files[call.id]


def _render(call: Call, file: File) -> dict[str, Any]:
    return {
        "id": file.id,
        "source_url": f"{call.state.url}/wp-content/uploads/{file.id}-{file.name}",
        "mime_type": file.content_type,
        "alt_text": file.alt_text,
        "title": {"rendered": file.name.partition(".")[0]},
    }
