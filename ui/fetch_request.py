"""Requests that the page's script makes with `fetch`: they get a part of a page, no redirect."""

from typing import Final

from fastapi import Request

# The organization that the script's page shows, by its id.
ORGANIZATION_HEADER: Final = "X-Organization"
# The page's script sends this header with every request; a browser that opens a page does not.
FETCH_HEADER: Final = ("X-Requested-With", "fetch")


def is_fetch_request(request: Request) -> bool:
    """Whether the page's script made the request."""
    name, value = FETCH_HEADER
    return request.headers.get(name) == value


def is_poll(request: Request) -> bool:
    """Whether the script polls for changes. Polling alone does not prolong a session."""
    return is_fetch_request(request) and request.headers.get("X-Poll") == "1"


def shows_other_organization(request: Request, organization_id: str) -> bool:
    """Whether the script's page shows another organization than this one: somebody has signed in to
    it in another tab since, and the session is that of both tabs."""
    shown = request.headers.get(ORGANIZATION_HEADER)
    return shown is not None and shown != organization_id
