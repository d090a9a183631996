"""What of a post is different for a network or an account: its versions. Pure.

`versions` is keyed by a network's name or an account's id. A version has some of `caption`,
`platformFields`, `altTexts` (one for each of its photos) and `media` (positions of the post's
files, from 0, in the order of this version); what it leaves out is the common text. An account's
version goes before its network's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

Versions = Mapping[str, Mapping[str, Any]]
# On these networks a post can be followed by others, each an answer to the one before it.
THREAD_NETWORKS: Final = frozenset(("bluesky", "mastodon", "threads", "x"))
# The fields by which the contract writes a thread for one network.
THREAD_FIELDS: Final = {"bluesky": "blueskyThreadItems", "x": "xThreadItems"}


@dataclass(frozen=True, slots=True)
class VersionContent:
    """A post as it is for one account. `media`: positions of its files; `alt_texts`: of these
    files, None where each file's own counts."""

    caption: str
    fields: dict[str, str]
    media: tuple[int, ...]
    alt_texts: tuple[str, ...] | None = None


def content_for(
    common: VersionContent, versions: Versions, platform: str, account_id: str | None
) -> VersionContent:
    """The content for an account; `common`: what the post has for all of them."""
    names = [platform, *([account_id] if account_id else [])]
    found = common
    for version in (versions.get(name) for name in names):
        if version:
            found = _apply(found, version)
    return found


def _apply(content: VersionContent, version: Mapping[str, Any]) -> VersionContent:
    media: Sequence[int] | None = version.get("media")
    texts: Sequence[str] | None = version.get("altTexts")
    # Other files without texts of their own have those of the post: the same photo shows the same.
    kept = content.alt_texts if media is None else None
    return VersionContent(
        caption=version.get("caption", content.caption),
        fields={**content.fields, **version.get("platformFields", {})},
        media=content.media if media is None else tuple(media),
        alt_texts=kept if texts is None else tuple(texts),
    )


def own_thread_field(platform: str, fields: Mapping[str, str]) -> str | None:
    """The field that says for this network what follows the post, where it is given: the network
    gets that, and not the post's thread."""
    names = (THREAD_FIELDS.get(platform), f"{platform}FirstComment")
    return next((name for name in names if name is not None and fields.get(name)), None)


def takes_thread_files(platform: str, fields: Mapping[str, str]) -> bool:
    """Whether the files of the post's thread go to this network. A first comment has none."""
    return platform in THREAD_NETWORKS and own_thread_field(platform, fields) is None
