"""The files of an account: each stays until the last record that refers to it is gone."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from simulator.bluesky.errors import invalid_request

Key = tuple[str, str]  # collection and record key


@dataclass(frozen=True)
class Blob:
    """A file; `records` refer to it. It is public once the first record has done so."""

    content: bytes
    mime_type: str
    records: frozenset[Key] = frozenset()
    permanent: bool = False


Blobs = dict[str, Blob]  # by CID


def find_blob_refs(value: object) -> Iterator[dict[str, Any]]:
    """Every reference to a blob in a record."""
    if isinstance(value, dict):
        if value.get("$type") == "blob":
            yield value
            return
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            yield from find_blob_refs(part)


def release(blobs: Blobs, keys: Iterable[Key], still_used: set[str]) -> None:
    """Remove what these records refer to, if nothing else does."""
    gone = frozenset(keys)
    for cid, blob in list(blobs.items()):
        if not blob.records & gone:
            continue
        left = blob.records - gone
        if left or cid in still_used:
            blobs[cid] = replace(blob, records=left)
        else:
            del blobs[cid]


def refer(blobs: Blobs, key: Key, ref: dict[str, Any]) -> None:
    """Note that a record refers to a blob; XrpcError 400 if it is not there or is another."""
    cid = ref["ref"]["$link"]
    blob = blobs.get(cid)
    if blob is None:
        raise invalid_request(f"Could not find blob: {cid}", "BlobNotFound")
    if not blob.permanent:
        _check_ref(blob, ref)
    blobs[cid] = replace(blob, records=blob.records | {key}, permanent=True)


def _check_ref(blob: Blob, ref: dict[str, Any]) -> None:
    if ref["size"] != len(blob.content):
        raise invalid_request("Referenced Size does not match stored blob.", "InvalidSize")
    if ref["mimeType"] != blob.mime_type:
        raise invalid_request("Referenced Mimetype does not match stored blob.", "InvalidMimeType")
