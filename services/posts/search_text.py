"""The text of a post that a search looks into: its texts and labels. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from models.text_folding import fold
from services.post_validation.title_fields import TITLE_FIELDS

# Far more than any caption; it bounds what a search reads.
MAX_LENGTH: Final = 20_000
SEARCHED: Final = ("title", "platform_fields", "caption", "versions", "thread")


def build_search_text(values: Mapping[str, Any], labels: Sequence[str]) -> str:
    """The folded text of a post, from its columns by name and its labels."""
    return fold("\n".join([*labels, *_texts(values)]))[:MAX_LENGTH]


def _texts(values: Mapping[str, Any]) -> Iterator[str]:
    yield values["title"] or ""
    yield from (values["platform_fields"].get(name, "") for name in TITLE_FIELDS.values())
    yield values["caption"]
    yield from (each.get("caption") or "" for each in values["versions"].values())
    yield from values["thread"]
