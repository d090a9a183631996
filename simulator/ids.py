"""Ids of media, posts and profiles: opaque base64 text with `+`, `/` and `=` in it.

Real ids are base64, so some of them break a client that puts them into a path unquoted.
Here every id does, so such a client fails in its first test.
"""

import hashlib
import secrets
from base64 import b64decode, b64encode
from typing import Final

# Three bytes that spell `S+/w`; ten more make the text end in `==`.
_HEAD: Final = b64decode("S+/w")
_TAIL_LENGTH: Final = 10


def new_id() -> str:
    """A fresh id of 20 characters for a media or a post."""
    return _encode(secrets.token_bytes(_TAIL_LENGTH))


def derived_id(*parts: str) -> str:
    """The same id for the same parts: a workspace has the same profiles without a state file."""
    return _encode(hashlib.sha256("\n".join(parts).encode()).digest()[:_TAIL_LENGTH])


def _encode(tail: bytes) -> str:
    return b64encode(_HEAD + tail).decode()
