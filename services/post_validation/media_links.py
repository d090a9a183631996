"""The links to a post's media: its type requires some, and allows no others. Pure."""

from collections.abc import Iterator, Sequence
from typing import Final

from media.stored_urls import is_stored_url
from media.urls import url_problem
from services.errors import FieldError

MEDIA_FIELD: Final = {"video": "videoUrl", "photo": "photoUrls", "document": "documentUrl"}


def media_problems(
    post_type: str, given: dict[str, Sequence[str]], *, allow_private: bool
) -> Iterator[FieldError]:
    """What is wrong with the links; `given` has them by the name of their field."""
    wanted = MEDIA_FIELD.get(post_type)
    if wanted is not None and not given[wanted]:
        yield FieldError(field=wanted, message=f"is required for postType {post_type!r}")
    for kind, name in MEDIA_FIELD.items():
        if name != wanted and given[name]:
            message = f"does not go with postType {post_type!r}, but with {kind!r}"
            yield FieldError(field=name, message=message)
    if wanted is not None:
        yield from link_problems(wanted, given[wanted], allow_private=allow_private)


def link_problems(field: str, links: Sequence[str], *, allow_private: bool) -> Iterator[FieldError]:
    """What is wrong with the links of one field."""
    for number, link in enumerate(links, 1):
        # Links to uploaded files are checked later, against the database.
        problem = None if is_stored_url(link) else url_problem(link, allow_private=allow_private)
        if problem is not None:
            which = f"link {number} " if len(links) > 1 else ""
            yield FieldError(field=field, message=which + problem)
