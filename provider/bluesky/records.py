"""The records of a post: one, or those of a thread. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from provider.bluesky.content_ids import record_id
from provider.bluesky.embeds import build_embed
from provider.bluesky.post_content import languages, parts
from provider.bluesky.record_keys import thread_keys
from provider.bluesky.rich_text import to_facets
from provider.protocol import Draft, ThreadPart

POSTS: Final = "app.bsky.feed.post"
Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class KeyedRecord:
    """A record, and its key."""

    key: str
    value: Record


def build_records(
    draft: Draft, did: str, first_key: str, dids: Mapping[str, str], now: datetime
) -> list[KeyedRecord]:
    """The records of a post of the account `did`, in their order. `dids`: the accounts of the
    handles that it mentions. The languages belong to all of them."""
    langs = languages(draft)
    common = {"createdAt": format_instant(now), **({"langs": langs} if langs else {})}
    contents = [{**_content(part, dids), **common} for part in parts(draft)]
    return _link_replies(did, thread_keys(first_key, len(contents)), contents)


def format_instant(value: datetime) -> str:
    """An instant in Bluesky's form: UTC with milliseconds and Z."""
    return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _content(part: ThreadPart, dids: Mapping[str, str]) -> Record:
    """A record's text and files."""
    facets, embed = to_facets(part.text, dids), build_embed(part.media)
    return {
        "$type": POSTS,
        "text": part.text,
        **({"facets": facets} if facets else {}),
        **({"embed": embed} if embed is not None else {}),
    }


def _link_replies(did: str, keys: list[str], contents: list[Record]) -> list[KeyedRecord]:
    """Each record but the first answers the one before it. A reference holds the content id, so
    that a thread can be written at once only because we can compute it."""
    records: list[KeyedRecord] = []
    references: list[dict[str, str]] = []
    for key, content in zip(keys, contents, strict=True):
        reply = {"reply": {"root": references[0], "parent": references[-1]}} if references else {}
        record = {**content, **reply}
        records.append(KeyedRecord(key, record))
        references.append({"uri": f"at://{did}/{POSTS}/{key}", "cid": record_id(record)})
    return records
