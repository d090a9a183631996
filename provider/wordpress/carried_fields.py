"""The platform fields that WordPress has a place for. Data."""

from typing import Final

from provider.carried_fields import CarriedField, FieldTable

TAGS: Final = "wordpressTags"
CATEGORIES: Final = "wordpressCategories"
EXCERPT: Final = "wordpressExcerpt"
SLUG: Final = "wordpressSlug"
FEATURED_IMAGE: Final = "wordpressFeaturedImage"
# What becomes of the first photo: featured and in the text, featured alone, or in the text alone.
FEATURED: Final = ("first", "only", "none")

CARRIED_FIELDS: Final[FieldTable] = {
    TAGS: CarriedField(),
    CATEGORIES: CarriedField(),
    EXCERPT: CarriedField(),
    SLUG: CarriedField(),
    FEATURED_IMAGE: CarriedField(frozenset(("photo",)), frozenset(FEATURED)),
}
