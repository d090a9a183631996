"""Whether a file is what its post needs."""

from models.kinds import KINDS, WORDS, Kind, sniff
from provider.errors import GiveUp


def check(head: bytes, name: str, post_type: str) -> Kind:
    """The kind of a file that begins with `head`; GiveUp where no post of this type takes it."""
    found = sniff(head, name)
    kind = KINDS.get(found)
    if kind is None or kind.post_type != post_type:
        raise GiveUp(
            f"the file is {found}, not {WORDS[post_type]}: the link must lead to the file itself"
        )
    return kind
