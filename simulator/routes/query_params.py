"""Query parameters that hold a list."""

from aiohttp import web


def parse_query_list(request: web.Request, name: str) -> list[str] | None:
    """The items of a parameter that may be repeated or comma separated; None when absent."""
    values = request.query.getall(name, [])
    return [item for text in values for item in text.split(",") if item] or None
