"""The table of carried fields of each provider, by its name. Data: it makes no call.

This is the one module of `provider/` that the use cases may import: they say what the provider will
not carry when a post is accepted.
"""

from typing import Final

from provider.bluesky import carried_fields as bluesky
from provider.carried_fields import FieldTable, is_carried
from provider.mastodon import carried_fields as mastodon
from provider.swonkie import carried_fields as swonkie
from provider.wordpress import carried_fields as wordpress

FIELD_TABLES: Final[dict[str, FieldTable]] = {
    "bluesky": bluesky.CARRIED_FIELDS,
    "mastodon": mastodon.CARRIED_FIELDS,
    "swonkie": swonkie.CARRIED_FIELDS,
    # The simulator has Swonkie's API.
    "simulator": swonkie.CARRIED_FIELDS,
    "wordpress": wordpress.CARRIED_FIELDS,
}

# The providers that carry the alt texts of photos.
ALT_TEXT_PROVIDERS: Final = frozenset(("bluesky", "mastodon", "wordpress"))
# The providers that write a thread, with its files, on a network that has threads.
THREAD_PROVIDERS: Final = frozenset(("bluesky", "mastodon"))
# The providers that carry the title of a post.
TITLE_PROVIDERS: Final = frozenset(("wordpress",))


def has_place_for(provider: str, name: str) -> bool:
    """Whether a provider carries a field in some post. An unknown provider carries nothing."""
    return name in FIELD_TABLES.get(provider, {})


def carries(provider: str, name: str, value: str, post_type: str) -> bool:
    """Whether a provider carries this value of a field, in a post of this type."""
    return is_carried(FIELD_TABLES.get(provider, {}), name, value, post_type)


def carries_alt_texts(provider: str) -> bool:
    """Whether a provider carries what the photos of a post show."""
    return provider in ALT_TEXT_PROVIDERS


def carries_title(provider: str) -> bool:
    """Whether a provider carries a post's own title, beside the fields that are titles."""
    return provider in TITLE_PROVIDERS


def carries_threads(provider: str) -> bool:
    """Whether a provider carries the texts that follow a post, as a thread."""
    return provider in THREAD_PROVIDERS
