"""Encodes JSON values as DAG-CBOR, the form of a record that its CID is made of."""

from base64 import b32decode, b64decode
from collections.abc import Mapping
from typing import Final

_UNSIGNED, _NEGATIVE, _BYTES, _TEXT, _LIST, _MAP, _TAG = range(7)
_CID_TAG: Final = 42
_CONSTANTS: Final = {False: b"\xf4", True: b"\xf5", None: b"\xf6"}
# (largest value + 1, additional information, bytes)
_SIZES: Final = ((2**8, 24, 1), (2**16, 25, 2), (2**32, 26, 4), (2**64, 27, 8))


def encode(value: object) -> bytes:
    """The bytes of a JSON value; `{"$link"}` is a CID and `{"$bytes"}` are bytes.

    Raises:
        ValueError: a number with a fraction, which records may not have, or no JSON value.
    """
    if value is None or isinstance(value, bool):
        return _CONSTANTS[value]
    if isinstance(value, int):
        return _head(_NEGATIVE, -1 - value) if value < 0 else _head(_UNSIGNED, value)
    if isinstance(value, str):
        return _chunk(_TEXT, value.encode())
    if isinstance(value, list):
        return _head(_LIST, len(value)) + b"".join(map(encode, value))
    if isinstance(value, dict):
        return _encode_object(value)
    raise ValueError(f"no record may contain {value!r}")


def cid_bytes(text: str) -> bytes:
    """The bytes of a CID that is written in base 32; ValueError if it is not."""
    digits = text.removeprefix("b").upper()
    return b32decode(digits + "=" * (-len(digits) % 8))


def _encode_object(value: Mapping[str, object]) -> bytes:
    link, data = value.get("$link"), value.get("$bytes")
    if len(value) == 1 and isinstance(link, str):
        return _head(_TAG, _CID_TAG) + _chunk(_BYTES, b"\0" + cid_bytes(link))
    if len(value) == 1 and isinstance(data, str):
        return _chunk(_BYTES, b64decode(data + "=" * (-len(data) % 4)))
    keys = sorted((key.encode() for key in value), key=lambda key: (len(key), key))
    parts = (_chunk(_TEXT, key) + encode(value[key.decode()]) for key in keys)
    return _head(_MAP, len(keys)) + b"".join(parts)


def _chunk(kind: int, content: bytes) -> bytes:
    return _head(kind, len(content)) + content


def _head(kind: int, number: int) -> bytes:
    if number < 24:
        return bytes((kind << 5 | number,))
    for limit, information, length in _SIZES:
        if number < limit:
            return bytes((kind << 5 | information,)) + number.to_bytes(length)
    raise ValueError(f"{number} is too large")
