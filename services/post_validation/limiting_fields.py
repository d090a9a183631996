"""The platform fields that may not get lost: they limit people, or hold the post back. Data.

One rule: a field stands here if a value of it limits who sees the post, answers it or reuses it, or
keeps the post from going live. Each has the values that limit nothing. Such a value may get lost
with a warning, any other is refused where the provider has no place for it. All other fields say
what the post looks like, where it is filed, or what is beside it: those are warned of.
"""

from typing import Final

NONE: Final[frozenset[str]] = frozenset()
TRUE: Final = frozenset(("true",))
FALSE: Final = frozenset(("false",))

LIMITING_FIELDS: Final[dict[str, frozenset[str]]] = {
    "youtubeVisibility": frozenset(("public",)),
    # YouTube shows such a video to other people, without comments.
    "youtubeMadeForKids": FALSE,
    "instagramShareToFeed": TRUE,
    # A trial reel is shown to people who do not follow the account.
    "instagramTrialGraduationStrategy": NONE,
    "facebookDraft": FALSE,
    "facebookGeoCountries": NONE,
    "linkedinGeoCountries": NONE,
    "xReplySettings": NONE,
    "xGeoCountries": NONE,
    "tiktokPrivacyLevel": frozenset(("PUBLIC_TO_EVERYONE",)),
    "tiktokAllowComment": TRUE,
    "tiktokAllowDuet": TRUE,
    "tiktokAllowStitch": TRUE,
    "tiktokDraft": FALSE,
    "mastodonVisibility": frozenset(("public",)),
}
DRAFT_FIELDS: Final = ("facebookDraft", "tiktokDraft")


def limits(name: str, value: str) -> bool:
    """Whether this value limits people, or holds the post back. "Public" does not, although it is
    no valid value: to say of it that a limit gets lost would mislead."""
    harmless = {each.lower() for each in LIMITING_FIELDS.get(name, NONE)}
    return name in LIMITING_FIELDS and value.strip().lower() not in harmless
