"""A post with its versions, and the content that each network or account of it gets. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from models.post_content import VersionContent, Versions, content_for
from services.post_validation.content import PostContent, ThreadText


@dataclass(frozen=True, slots=True)
class DeliveryTarget:
    """A future delivery. Without `account_id` it goes to the account that is the platform's default
    when the post is published."""

    platform: str
    account_id: str | None = None


@dataclass(frozen=True, slots=True)
class WholePost:
    """A post with its versions.

    `targets`: none where they are not known. `files`: how many it has. `alt_texts`: of its photos,
    in their order, empty where one has none. `versions`: without empty ones. `live`: targets where
    it is out already, whose versions stay as they are and are not checked.
    """

    post_type: str
    caption: str
    targets: Sequence[DeliveryTarget]
    files: int = 0
    fields: Mapping[str, str] = field(default_factory=dict)
    alt_texts: Sequence[str] = ()
    versions: Versions = field(default_factory=dict)
    title: str | None = None
    thread: Sequence[ThreadText] = ()
    allow_private: bool = False
    live: Sequence[DeliveryTarget] = ()

    @property
    def platforms(self) -> list[str]:
        """Its platforms, each once."""
        return list(dict.fromkeys(each.platform for each in self.targets))


@dataclass(frozen=True, slots=True)
class TargetContent:
    """The content that some targets get. `versions`: the names of the versions that it comes from,
    the account's before its network's; none for the common content."""

    content: PostContent
    targets: tuple[DeliveryTarget, ...]
    versions: tuple[str, ...] = ()


def target_contents(post: WholePost) -> list[TargetContent]:
    """The common content, even where no target has it, and each other one with its targets."""
    groups: dict[tuple[str, ...], list[DeliveryTarget]] = {(): []}
    for target in post.targets:
        groups.setdefault(_names_of_versions(post.versions, target), []).append(target)
    return [_target_content(post, names, found) for names, found in groups.items()]


def version_content(post: WholePost, platform: str, account_id: str | None) -> VersionContent:
    """What a target gets, with its alt texts: one for each of its photos."""
    common = VersionContent(post.caption, {**post.fields}, tuple(range(post.files)))
    found = content_for(common, post.versions, platform, account_id)
    if found.alt_texts is not None:
        return found
    texts = [post.alt_texts[n] if n < len(post.alt_texts) else "" for n in found.media]
    return VersionContent(found.caption, found.fields, found.media, tuple(texts))


def _names_of_versions(versions: Versions, target: DeliveryTarget) -> tuple[str, ...]:
    names = [target.account_id or "", target.platform]
    return tuple(name for name in names if name in versions)


def _target_content(
    post: WholePost, names: tuple[str, ...], targets: list[DeliveryTarget]
) -> TargetContent:
    first = targets[0] if names else DeliveryTarget("")
    found = version_content(post, first.platform, first.account_id)
    platforms = list(dict.fromkeys(each.platform for each in targets))
    has_no_files = bool(post.files) and not found.media
    content = PostContent(
        post_type="text" if has_no_files else post.post_type,
        caption=found.caption,
        platforms=platforms,
        photos=len(found.media) if post.post_type == "photo" else 0,
        fields=found.fields,
        allow_private=post.allow_private,
        has_alt_texts=any(found.alt_texts or ()),
        thread=post.thread,
        others=[each for each in post.platforms if each not in platforms],
    )
    return TargetContent(content, tuple(targets), names)
