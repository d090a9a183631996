"""The mark of an organization: its letters on a colour, so that brands are told apart."""

import hashlib
from dataclasses import dataclass
from typing import Final

# static/tokens.css has as many colours: `--mark-1` and so on.
COLOURS: Final = 8


@dataclass(frozen=True, slots=True)
class Mark:
    """`letters`: one or two. `colour`: from 1 to `COLOURS`."""

    letters: str
    colour: int


def organization_mark(
    organization_id: str, name: str, colour: int | None = None, letters: str | None = None
) -> Mark:
    """The mark that was chosen; by default the first letters of the name's first two words, and a
    colour by id."""
    words = [word for word in name.split() if word[0].isalnum()]
    initials = "".join(word[0] for word in words[:2]).upper()
    digest = hashlib.blake2b(organization_id.encode(), digest_size=1).digest()
    return Mark(letters or initials or name[:1] or "?", colour or digest[0] % COLOURS + 1)
