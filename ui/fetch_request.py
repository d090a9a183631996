"""Requests that the page's script makes with `fetch`: they get a part of a page, no redirect."""

from typing import Final

from fastapi import Request

# The page's script sends this header with every request; a browser that opens a page does not.
FETCH_HEADER: Final = ("X-Requested-With", "fetch")


def is_fetch_request(request: Request) -> bool:
    """Whether the page's script made the request."""
    name, value = FETCH_HEADER
    return request.headers.get(name) == value


def is_poll(request: Request) -> bool:
    """Whether the script polls for changes. Polling alone does not prolong a session."""
    return is_fetch_request(request) and request.headers.get("X-Poll") == "1"
