"""Where the routes lie, for those who write links to them."""

from typing import Final

PREFIX: Final = "/api/organizations/social-posts"

# What programs ask for; everything else is a page, or nothing at all.
_MACHINE_PATHS: Final = ("/healthz", "/readyz", "/metrics", "/openapi.json")


def is_page_path(path: str) -> bool:
    """Whether a path is one of people's pages, there or not."""
    return not path.startswith("/api/") and path not in _MACHINE_PATHS
