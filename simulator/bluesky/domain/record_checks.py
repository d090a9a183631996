"""What the real server checks in a record: its key, its type, and everything in a post.

Records of other collections are kept as they are, and their status is "unknown".
"""

import re
from typing import Any, Final

from simulator.bluesky.domain.cids import record_cid
from simulator.bluesky.domain.post_checks import check_post
from simulator.bluesky.domain.repository import Record
from simulator.bluesky.domain.shapes import WrongShape
from simulator.bluesky.domain.tids import is_tid
from simulator.bluesky.errors import invalid_request

POST: Final = "app.bsky.feed.post"

_KEY: Final = re.compile(r"[A-Za-z0-9_~.:-]{1,512}")
_COLLECTION: Final = re.compile(r"[a-z][a-z0-9-]*(\.[a-z0-9-]+)+\.[a-zA-Z][a-zA-Z0-9]*")


def check_key(collection: object, rkey: object) -> None:
    """XrpcError 400 unless these texts can be a collection and a record key."""
    if not isinstance(collection, str) or not _COLLECTION.fullmatch(collection):
        raise invalid_request(f'Invalid NSID (got "{collection}") at $.collection')
    if not isinstance(rkey, str) or not _KEY.fullmatch(rkey) or rkey in {".", ".."}:
        raise invalid_request(f'Invalid record key (got "{rkey}") at $.rkey')


def prepare_record(collection: str, rkey: str, value: dict[str, Any]) -> Record:
    """The record as it is stored, with its type and its CID; XrpcError 400 if it is invalid."""
    kind = value.get("$type", collection)
    if kind != collection:
        raise invalid_request(f"Invalid $type: expected {collection}, got {kind}")
    stored = {**value, "$type": collection}
    try:
        cid = record_cid(stored)
    except ValueError as error:
        raise invalid_request(f"Expected another value type: {error} at $.record") from None
    if collection == POST:
        _check_post(rkey, stored)
    return Record(cid, stored)


def validation_status(collection: str) -> str:
    """Whether the server knows the collection's lexicon: "valid" or "unknown"."""
    return "valid" if collection == POST else "unknown"


def _check_post(rkey: str, value: dict[str, Any]) -> None:
    if not is_tid(rkey):
        raise invalid_request(
            f'Invalid record key for {POST}: Invalid TID string (got "{rkey}") at $'
        )
    try:
        check_post(value)
    except WrongShape as error:
        raise invalid_request(f"Invalid {POST} record: {error}") from None
