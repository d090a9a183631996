"""The public addresses of the API, for links in answers and pages."""

from typing import Final

API_PREFIX: Final = "/api/organizations/social-posts"


def media_url(origin: str, file_id: str) -> str:
    """The link to one of an organization's own files. `origin` may be empty: then it is a path."""
    return f"{origin}{API_PREFIX}/media/{file_id}"
