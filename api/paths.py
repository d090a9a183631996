"""Which paths are pages for people, and which are for programs."""

from typing import Final

# Every other path below the root is a page, or does not exist.
_MACHINE_PATHS: Final = ("/healthz", "/readyz", "/metrics", "/openapi.json")


def is_page_path(path: str) -> bool:
    """Whether a path belongs to the pages for people, whether such a page exists or not."""
    return not path.startswith("/api/") and path not in _MACHINE_PATHS
