"""Which paths are pages for people, and which are for programs."""

import re
from typing import Final

# Every other path below the root is a page, or does not exist.
_MACHINE_PATHS: Final = ("/healthz", "/readyz", "/metrics", "/openapi.json")
_ORGANIZATION: Final = re.compile(r"/o/[^/]+(?=/)")


def is_page_path(path: str) -> bool:
    """Whether a path belongs to the pages for people, whether such a page exists or not."""
    return not path.startswith("/api/") and path not in _MACHINE_PATHS


def without_organization(path: str) -> str:
    """The path of a page without the organization that it begins with: `/o/acme-1f…/rules` is
    `/rules`. Any other path is itself."""
    return _ORGANIZATION.sub("", path, count=1) if path.startswith("/o/") else path
