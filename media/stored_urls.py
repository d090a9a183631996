"""Links to callers' own files, which lie in our storage (pure)."""

import re
from typing import Final
from urllib.parse import quote

SCHEME: Final = "slotbeat://"
_LINK: Final = re.compile(r"slotbeat://media/([0-9a-f]{32})(?:/[^/?#]*)?")


def stored_url(file_id: str, name: str = "") -> str:
    """The link that stands for a file of this id. A name is for the provider, who is told one."""
    return f"{SCHEME}media/{file_id}" + (f"/{quote(name, safe='')}" if name else "")


def is_stored_url(link: str) -> bool:
    """Whether a link means a file of ours, there or not."""
    return link.startswith(SCHEME)


def file_id_from_url(link: str) -> str | None:
    """The id of the file that a link of ours stands for; None for any other text."""
    found = _LINK.fullmatch(link)
    return found[1] if found else None
