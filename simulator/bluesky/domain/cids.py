"""Content identifiers (CIDs): of blobs, of records and of commits."""

import hashlib
from base64 import b32encode
from typing import Final

from simulator.bluesky.domain import dag_cbor

# Version 1, the codec, and SHA-256 with its length.
_RAW: Final = bytes((0x01, 0x55, 0x12, 0x20))
_DAG_CBOR: Final = bytes((0x01, 0x71, 0x12, 0x20))
_LENGTH: Final = 36


def blob_cid(content: bytes) -> str:
    """The CID of a file."""
    return _to_text(_RAW + hashlib.sha256(content).digest())


def record_cid(value: object) -> str:
    """The CID of a JSON value; ValueError where it cannot be encoded."""
    return _to_text(_DAG_CBOR + hashlib.sha256(dag_cbor.encode(value)).digest())


def is_cid(text: object) -> bool:
    """Whether a text is a CID of a kind that this server makes."""
    if not isinstance(text, str) or not text.startswith("b"):
        return False
    try:
        decoded = dag_cbor.cid_bytes(text)
    except ValueError:
        return False
    return len(decoded) == _LENGTH and decoded[:4] in {_RAW, _DAG_CBOR}


def _to_text(binary: bytes) -> str:
    return "b" + b32encode(binary).decode().lower().rstrip("=")
