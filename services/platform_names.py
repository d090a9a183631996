"""The names of networks as people know them."""

from typing import Final

PLATFORM_NAMES: Final = {
    "gmb": "Google Business",
    "linkedin": "LinkedIn",
    "tiktok": "TikTok",
    "wordpress": "WordPress",
    "youtube": "YouTube",
}


def platform_name(platform: str) -> str:
    """The name of a network as it writes it itself."""
    return PLATFORM_NAMES.get(platform) or platform.capitalize()
