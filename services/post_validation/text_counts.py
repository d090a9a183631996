"""How long the text of a post is on each network, counted as publish counts it. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from services.post_validation.content import PostContent, network_limits
from services.post_validation.post_checks import FindProviders, contents_with_providers
from services.post_validation.whole_post import WholePost


@dataclass(frozen=True, slots=True)
class TextCount:
    """The length of a network's text and the most that it takes, as it counts. `versions`: where
    the text comes from, none for the common one."""

    platform: str
    versions: tuple[str, ...]
    length: int
    maximum: int
    unit: str

    @property
    def is_over(self) -> bool:
        """Whether the text is too long."""
        return self.length > self.maximum


def count_texts(post: WholePost, find_providers: FindProviders) -> Iterator[TextCount]:
    """A count for each text that a network of the post gets."""
    for part, content, _providers in contents_with_providers(post, find_providers):
        for name in content.platforms:
            yield _count(name, content, part.versions)


def _count(name: str, content: PostContent, versions: tuple[str, ...]) -> TextCount:
    """By the network's first limit, unless the text breaks another one."""
    network = network_limits(content, name)
    text = content.caption + "".join(
        content.fields.get(each, "") for each in network.counted_fields
    )
    found = [
        TextCount(name, versions, limit.count(text), limit.maximum, limit.unit)
        for limit in network.caption_limits(content.post_type)
    ]
    return next((each for each in found if each.is_over), found[0])
