"""The social networks that the simulator knows; a workspace starts with one profile on each."""

from typing import Final

# code -> name, as `net` carries them.
NETWORKS: Final[dict[str, str]] = {
    "facebook": "Facebook",
    "instagram": "Instagram",
    "linkedin": "LinkedIn",
    "tiktok": "TikTok",
    "threads": "Threads",
    "youtube": "YouTube",
    "gmb": "Google My Business",
    "x": "X",
}
