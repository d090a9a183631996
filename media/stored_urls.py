"""Internal URLs of callers' own files in our storage (pure)."""

import re
from typing import Final
from urllib.parse import quote

SCHEME: Final = "slotbeat://"
_LINK: Final = re.compile(r"slotbeat://media/([0-9a-f]{32})(?:/[^/?#]*)?")


def stored_url(file_id: str, name: str = "") -> str:
    """The URL of a stored file. `name` is the file name that the provider gets."""
    return f"{SCHEME}media/{file_id}" + (f"/{quote(name, safe='')}" if name else "")


def is_stored_url(link: str) -> bool:
    """Whether a link is the URL of a stored file, which may be missing."""
    return link.startswith(SCHEME)


def file_id_from_url(link: str) -> str | None:
    """The file id in the URL of a stored file; None for any other text."""
    match = _LINK.fullmatch(link)
    return match[1] if match else None
