"""What a post says, as each network will have it. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from models.post_content import VersionContent, content_for
from models.posts import Delivery, Post
from services.platform_names import platform_name


@dataclass(frozen=True, slots=True)
class Words:
    """One text, and the networks (or accounts) that get it; no names: all of them. `fields`: the
    options. `files`: their numbers, from 1. `alt_texts`: of these, where they differ."""

    names: tuple[str, ...]
    caption: str
    fields: Mapping[str, str]
    files: tuple[int, ...]
    alt_texts: tuple[str, ...]

    @property
    def title(self) -> str:
        """Whose words they are."""
        return ", ".join(self.names) or "All networks"


def words_of(
    post: Post, deliveries: Sequence[Delivery], accounts: Mapping[str, str], files: int
) -> list[Words]:
    """The texts of a post, each once. `accounts`: names by id; `files`: how many it has."""
    common = VersionContent(post.caption, post.platform_fields, tuple(range(files)))
    if not post.versions:
        return [_words((), common)]
    found: dict[tuple[object, ...], tuple[list[str], VersionContent]] = {}
    for each in deliveries:
        content = content_for(common, post.versions, each.platform, each.account_id)
        key = (content.caption, *content.fields.items(), content.media, content.alt_texts)
        found.setdefault(key, ([], content))[0].append(_name(post, each, accounts))
    return [_words(tuple(dict.fromkeys(names)), content) for names, content in found.values()]


def _name(post: Post, delivery: Delivery, accounts: Mapping[str, str]) -> str:
    """The network; with its account where that has a version of its own."""
    name = platform_name(delivery.platform)
    if delivery.account_id in post.versions:
        return f"{name} ({accounts.get(delivery.account_id or '', 'another account')})"
    return name


def _words(names: tuple[str, ...], content: VersionContent) -> Words:
    files = tuple(position + 1 for position in content.media)
    return Words(names, content.caption, content.fields, files, content.alt_texts or ())
