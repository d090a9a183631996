"""Reads bodies and parameters; everything that is not as it should be is a 400."""

import json
from typing import Any

from aiohttp import web

from simulator.bluesky.domain.cids import is_cid
from simulator.bluesky.errors import invalid_request

_NO_TYPE = "Request encoding (Content-Type) required but not provided"


async def read_object(request: web.Request) -> dict[str, Any]:
    """The JSON object in the body."""
    if "Content-Type" not in request.headers:
        raise invalid_request(_NO_TYPE)
    if request.content_type != "application/json":
        raise invalid_request(f"Wrong request encoding (Content-Type): {request.content_type}")
    try:
        body = json.loads(await request.read())
    except ValueError as error:
        raise invalid_request(str(error), "SyntaxError") from None
    if not isinstance(body, dict):
        raise invalid_request("Expected object value type at $")
    return body


def refuse_body(request: web.Request) -> None:
    """A call that takes no body refuses one, even an empty object."""
    if request.body_exists:
        raise invalid_request("A request body was provided when none was expected")


async def read_file(request: web.Request) -> tuple[bytes, str]:
    """The bytes in the body, and the type that its header names."""
    if "Content-Type" not in request.headers:
        raise invalid_request(_NO_TYPE)
    return await request.read(), request.content_type


def text(body: dict[str, Any], key: str) -> str:
    """A text that must be there."""
    if key not in body:
        raise invalid_request(f'Missing required key "{key}" at $')
    if not isinstance(body[key], str):
        raise invalid_request(f"Expected string value type at $.{key}")
    return str(body[key])


def record_in(body: dict[str, Any], key: str) -> dict[str, Any]:
    """A record that must be there."""
    if key not in body:
        raise invalid_request(f'Missing required key "{key}" at $')
    if not isinstance(body[key], dict):
        raise invalid_request(f"Expected object value type at $.{key}")
    record: dict[str, Any] = body[key]
    return record


def cid(body: dict[str, Any], key: str) -> str | None:
    """A CID that may be missing, but not null."""
    if key not in body:
        return None
    found = text(body, key)
    if not is_cid(found):
        raise invalid_request(f'Invalid CID string (got "{found}") at $.{key}')
    return found
