"""The platform fields that Bluesky has a place for. Data."""

from typing import Final

from provider.carried_fields import CarriedField, FieldTable

LANGUAGES: Final = "blueskyLanguages"
THREAD_ITEMS: Final = "blueskyThreadItems"

CARRIED_FIELDS: Final[FieldTable] = {LANGUAGES: CarriedField(), THREAD_ITEMS: CarriedField()}
