"""A post's content, and its checks against the limits of its networks. Pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from services.errors import FieldError
from services.post_validation.network_limits import NETWORKS, NetworkLimits
from services.post_validation.server_limits import ServerLimits, limits_at

# A hashtag begins the text or follows a character that is no letter, so that the fragment of a
# link (…/page#part) is not counted.
HASHTAG: Final = re.compile(r"(?<![\w&/#])[#＃](?!\d+\b)\w+")
MENTION: Final = re.compile(r"(?<![\w.@/])@[A-Za-z0-9_][\w.]*")


@dataclass(frozen=True, slots=True)
class ThreadText:
    """A text that follows a post, and the numbers of its photos and videos."""

    text: str
    photos: int = 0
    videos: int = 0


@dataclass(frozen=True, slots=True)
class PostContent:
    """The content of a post, and its platforms. `photos` is the number of photos; `has_alt_texts`:
    one of them has a text that says what it shows. `thread`: what follows the post. `others`:
    platforms of the post that get another content, so that this one's fields for them say nothing
    here. `servers`: the limits of the servers of the accounts on a platform, where they differ."""

    post_type: str
    caption: str
    platforms: Sequence[str]
    photos: int = 0
    fields: Mapping[str, str] = field(default_factory=dict)
    allow_private: bool = False
    has_alt_texts: bool = False
    thread: Sequence[ThreadText] = ()
    others: Sequence[str] = ()
    servers: Mapping[str, Sequence[ServerLimits]] = field(default_factory=dict)


def network_problems(content: PostContent) -> list[FieldError]:
    """Every problem with the type, the photos and the caption, for each network of the post."""
    return [*type_problems(content), *photo_problems(content), *caption_problems(content)]


def type_problems(content: PostContent) -> Iterator[FieldError]:
    """The platforms that do not take this type of post."""
    for name, network in _limits_by_network(content):
        if content.post_type not in network.post_types:
            takes = " or ".join(network.post_types)
            yield _error("platforms", f"{name} takes {takes} posts, no {content.post_type} posts")


def photo_problems(content: PostContent) -> Iterator[FieldError]:
    """The platforms that take fewer photos than the post has."""
    for name, network in _limits_by_network(content):
        if network.photos is not None and content.photos > network.photos:
            some = "one photo" if network.photos == 1 else f"at most {network.photos} photos"
            yield _error("photoUrls", f"{name} takes {some} a post, not {content.photos}")


def caption_problems(content: PostContent) -> Iterator[FieldError]:
    """What is wrong with the caption, for each network."""
    is_used = content.platforms or not content.others
    if is_used and content.post_type == "text" and not content.caption.strip():
        yield _error("caption", "must not be empty for a text post")
    for name, network in _limits_by_network(content):
        own = "".join(content.fields.get(each, "") for each in network.counted_fields)
        for problem in text_problems(network, content.post_type, content.caption, own):
            yield _error("caption", f"{name} takes {problem}")


def text_problems(
    network: NetworkLimits, post_type: str, caption: str, counted: str = ""
) -> Iterator[str]:
    """What the network takes instead of a text that breaks its limits. `counted`: other texts that
    it counts with this one."""
    limits = network.caption_limits(post_type)
    yield from filter(None, (each.problem(caption + counted) for each in limits))
    for pattern, most, what in (
        (HASHTAG, network.hashtags, "hashtags"),
        (MENTION, network.mentions, "mentions"),
    ):
        if most is not None and (found := len(pattern.findall(caption))) > most:
            yield f"at most {most} {what}, not {found}"
    if any(char in caption for char in network.forbidden):
        yield f"no caption with {' or '.join(network.forbidden)}"


def network_limits(content: PostContent, name: str) -> NetworkLimits:
    """The limits of a network, at the servers of the accounts that the post goes to there."""
    return limits_at(NETWORKS[name], content.servers.get(name, ()))


def _limits_by_network(content: PostContent) -> Iterator[tuple[str, NetworkLimits]]:
    for name in content.platforms:
        yield name, network_limits(content, name)


def _error(field: str, message: str) -> FieldError:
    return FieldError(field=field, message=message)
