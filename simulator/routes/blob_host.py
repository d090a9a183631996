"""Call 3, `PUT {uploadUrl}`: an upload host like Azure's. Bytes are hashed, not stored."""

import hashlib
from base64 import b64encode
from typing import Final
from xml.sax.saxutils import escape

from aiohttp import web

from simulator.call_handler import HostProfile
from simulator.domain.media import record_bytes
from simulator.errors import CallError
from simulator.routes.upload_signing import check_signature
from simulator.state import Call, SimulatorState
from simulator.timestamps import to_milliseconds

_XML: Final = '<?xml version="1.0" encoding="utf-8"?>'
_CHUNK: Final = 256 * 1024


async def put_blob(call: Call) -> web.Response:
    """201 with an empty body, also for a repeat, and also when the media no longer exists."""
    _check_headers(call.request)
    blob = call.request.match_info["blob"]
    size, sha256 = await _hash_body(call.request)
    state = call.state
    expires_at = state.clock() + to_milliseconds(state.options.confirm_ttl)
    record_bytes(state.store, blob, size, sha256, expires_at)
    return web.Response(status=201)


def authenticate(request: web.Request, state: SimulatorState) -> str:
    """Check the URL's signature; CallError 400 when the API's key was sent too, else 403."""
    leaked = [name for name in request.headers if name.upper().startswith("X-API-")]
    if leaked:
        message = "API credentials must not be sent to the blob host."
        raise CallError(400, message, code="InvalidHeaderValue")
    blob = request.match_info["blob"]
    check_signature(state.signing_secret, blob, request.query, state.clock())
    return blob


def render_error(error: CallError) -> web.Response:
    """An error in Azure's form: `<Error><Code/><Message/></Error>`."""
    code, message = escape(error.code), escape(error.message)
    return web.Response(
        text=f"{_XML}<Error><Code>{code}</Code><Message>{message}</Message></Error>",
        content_type="application/xml",
        status=error.status,
        headers={"x-ms-error-code": error.code, **error.headers},
    )


BLOB_HOST: Final = HostProfile(authenticate, render_error)


def _check_headers(request: web.Request) -> None:
    if request.content_length is None:
        raise CallError(411, "The Content-Length header is required.", code="MissingContentLength")
    if request.headers.get("x-ms-blob-type") != "BlockBlob":
        message = "The x-ms-blob-type header must be BlockBlob."
        raise CallError(400, message, code="MissingRequiredHeader")


async def _hash_body(request: web.Request) -> tuple[int, str]:
    """Size and SHA-256 of the body, in constant memory; CallError 400 on a wrong MD5."""
    size, sha256, md5 = 0, hashlib.sha256(), hashlib.md5(usedforsecurity=False)
    async for chunk in request.content.iter_chunked(_CHUNK):
        size += len(chunk)
        sha256.update(chunk)
        md5.update(chunk)
    expected = request.headers.get("Content-MD5")
    if expected is not None and expected != b64encode(md5.digest()).decode():
        message = "The MD5 value specified in the request did not match the body."
        raise CallError(400, message, code="Md5Mismatch")
    return size, sha256.hexdigest()
