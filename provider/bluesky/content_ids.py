"""Content ids (CID, version 1) of files and records: names that follow from the bytes. Pure.

https://atproto.com/specs/data-model
"""

import base64
import hashlib
from collections.abc import Mapping
from typing import Any, Final

import cbor2

_SHA_256: Final = b"\x12\x20"
_RAW: Final = b"\x01\x55" + _SHA_256
_RECORD: Final = b"\x01\x71" + _SHA_256
# A link to another content id, in CBOR.
_LINK_TAG: Final = 42


def file_id(sha256: bytes) -> str:
    """The id of a file, by the SHA-256 of its bytes."""
    return _to_text(_RAW + sha256)


def record_id(record: Mapping[str, Any]) -> str:
    """The id of a record, given in its JSON form."""
    encoded = cbor2.dumps(_to_cbor(record), canonical=True)
    return _to_text(_RECORD + hashlib.sha256(encoded).digest())


def _to_cbor(value: Any) -> Any:  # noqa: ANN401  (JSON)
    if isinstance(value, Mapping):
        if value.keys() == {"$link"}:
            return cbor2.CBORTag(_LINK_TAG, b"\0" + _to_bytes(value["$link"]))
        return {key: _to_cbor(each) for key, each in value.items()}
    return [_to_cbor(each) for each in value] if isinstance(value, list | tuple) else value


def _to_text(binary: bytes) -> str:
    """With the letter of its base, 32, and without padding."""
    return "b" + base64.b32encode(binary).decode().lower().rstrip("=")


def _to_bytes(text: str) -> bytes:
    digits = text.removeprefix("b").upper()
    return base64.b32decode(digits + "=" * (-len(digits) % 8))
