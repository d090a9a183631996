"""Which platform fields a provider has a place for: the form of its table, and its reader. Pure.

Each provider's table is in its own folder; `field_tables.py` finds it by the provider's name.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

ALL_POST_TYPES: Final = frozenset(("video", "photo", "text", "document"))


@dataclass(frozen=True, slots=True)
class CarriedField:
    """A field that the provider has a place for, in posts of these types.

    `values`: the values that it can translate, in lower case; None: every value.
    """

    post_types: frozenset[str] = ALL_POST_TYPES
    values: frozenset[str] | None = None


FieldTable = Mapping[str, CarriedField]


def is_carried(table: FieldTable, name: str, value: str, post_type: str) -> bool:
    """Whether this value of a field reaches the network, in a post of this type."""
    field = table.get(name)
    if field is None or post_type not in field.post_types:
        return False
    return field.values is None or value.lower() in field.values


def not_carried(
    table: FieldTable, platform: str, post_type: str, fields: Mapping[str, str]
) -> list[str]:
    """The names of a post's fields for its own network that do not reach it, sorted."""
    return sorted(
        name
        for name, value in fields.items()
        if name.startswith(platform) and not is_carried(table, name, value, post_type)
    )
