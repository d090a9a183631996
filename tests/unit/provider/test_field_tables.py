"""The tables of carried fields, by the name of the provider."""

from typing import get_args

import pytest

from config.settings import Settings
from provider.field_tables import FIELD_TABLES, carries, has_place_for
from services.post_validation.platform_field_table import PLATFORM_FIELDS


def test_each_provider_of_the_settings_has_a_table() -> None:
    """A provider that can be chosen says which fields it carries."""
    assert set(get_args(Settings.model_fields["provider"].annotation)) <= FIELD_TABLES.keys()


@pytest.mark.parametrize("name", PLATFORM_FIELDS)
def test_an_unknown_provider_carries_nothing(name: str) -> None:
    """A name without a table is not taken for a provider that carries all."""
    assert not has_place_for("elsewhere", name)
    assert not carries("elsewhere", name, "true", "video")


def test_the_simulator_carries_what_swonkie_does() -> None:
    """It has Swonkie's API."""
    assert FIELD_TABLES["simulator"] == FIELD_TABLES["swonkie"]
