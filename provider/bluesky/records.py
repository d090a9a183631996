"""The records of a post: one, or those of a thread. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from provider.bluesky.content_ids import record_id
from provider.bluesky.embeds import build_embed
from provider.bluesky.post_content import languages, texts
from provider.bluesky.record_keys import thread_keys
from provider.bluesky.rich_text import to_facets
from provider.protocol import Draft

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
    handles that it mentions. The files belong to the first one, the languages to all."""
    langs, embed = languages(draft), build_embed(draft.media)
    common = {"createdAt": format_instant(now), **({"langs": langs} if langs else {})}
    contents = [{**_content(text, dids), **common} for text in texts(draft)]
    if embed is not None:
        contents[0]["embed"] = embed
    return _link_replies(did, thread_keys(first_key, len(contents)), contents)


def format_instant(value: datetime) -> str:
    """An instant in Bluesky's form: UTC with milliseconds and Z."""
    return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _content(text: str, dids: Mapping[str, str]) -> Record:
    facets = to_facets(text, dids)
    return {"$type": POSTS, "text": text, **({"facets": facets} if facets else {})}


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
