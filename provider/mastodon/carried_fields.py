"""The platform fields that Mastodon has a place for. Data."""

from typing import Final

from provider.carried_fields import CarriedField, FieldTable

CONTENT_WARNING: Final = "mastodonContentWarning"
VISIBILITY: Final = "mastodonVisibility"
LANGUAGE: Final = "mastodonLanguage"
SENSITIVE: Final = "mastodonSensitive"

CARRIED_FIELDS: Final[FieldTable] = {
    CONTENT_WARNING: CarriedField(),
    VISIBILITY: CarriedField(),
    LANGUAGE: CarriedField(),
    SENSITIVE: CarriedField(),
}
