"""Finds a post by its marker, in the whole list that WordPress's search gives."""

from typing import Any, Final

from provider.errors import IncompleteList, ProviderError
from provider.protocol import RemotePost
from provider.wordpress.content import has_marker
from provider.wordpress.http import WordPressHttp
from provider.wordpress.posts import FIELDS, parse_post, raw_content

PAGE_SIZE: Final = 100
MAX_PAGES: Final = 100


async def find_posts(http: WordPressHttp, marker: str) -> list[RemotePost]:
    """The posts whose content has the marker, in every status. IncompleteList where the list could
    not be read to its end, or the user may not see all that were found."""
    found: dict[str, RemotePost] = {}
    read = 0
    for page in range(1, MAX_PAGES + 1):
        items, total, pages = await _read_page(http, marker, page, list(found.values()))
        read += len(items)
        for item in items:
            post = parse_post(item)
            if post is not None and has_marker(raw_content(item), marker):
                found[post.id] = post
        if page >= pages:
            if read < total:
                raise IncompleteList(
                    "WordPress found posts that it does not show to this user", list(found.values())
                )
            return list(found.values())
    raise IncompleteList("the list of posts has too many pages", list(found.values()))


async def _read_page(
    http: WordPressHttp, marker: str, page: int, so_far: list[RemotePost]
) -> tuple[list[Any], int, int]:
    """The items of a page, and how many items and pages the whole list has."""
    params = {
        "search": marker,
        # "any" leaves out the trash.
        "status": "any,trash",
        "context": "edit",
        "orderby": "id",
        "order": "asc",
        "per_page": str(PAGE_SIZE),
        "page": str(page),
        "_fields": FIELDS,
    }
    try:
        answer = await http.call("GET", "/wp/v2/posts", params=params)
    except ProviderError as error:
        if page == 1:
            raise
        raise IncompleteList(str(error), so_far) from error
    if not isinstance(answer.body, list) or answer.total is None or answer.pages is None:
        raise IncompleteList("WordPress answered without a whole list of posts", so_far)
    return answer.body, answer.total, answer.pages
