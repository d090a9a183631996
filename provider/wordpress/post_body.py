"""A draft → the fields of a post, as the REST API takes them."""

import html
from typing import Any, Final

from provider.protocol import Draft
from provider.wordpress.carried_fields import EXCERPT, FEATURED_IMAGE, SLUG
from provider.wordpress.content import LibraryFile, build_content
from provider.wordpress.html import escape
from provider.wordpress.http import WordPressHttp
from provider.wordpress.media import find_files
from provider.wordpress.terms import category_ids, tag_ids
from provider.wordpress.titles import split_title

NOTHING_FEATURED: Final = 0


async def build_body(http: WordPressHttp, draft: Draft) -> dict[str, Any]:
    """The fields of the draft's post, without its status: what they name is at the site now."""
    files = await find_files(http, draft.media)
    title, text = split_title(draft)
    featured, shown = _feature(draft.fields.get(FEATURED_IMAGE, "first").lower(), files)
    body: dict[str, Any] = {
        "title": html.escape(title, quote=False),  # no shortcodes are run there
        "content": build_content(text, shown, draft.marker),
        "excerpt": escape(draft.fields.get(EXCERPT, "")),
        "featured_media": featured,
        "tags": await tag_ids(http, draft.fields),
    }
    categories = await category_ids(http, draft.fields)
    if categories:  # none at all is not allowed: the site's default then stays
        body["categories"] = categories
    if draft.fields.get(SLUG):
        body["slug"] = draft.fields[SLUG]
    return body


def _feature(wish: str, files: list[LibraryFile]) -> tuple[int, list[LibraryFile]]:
    """The id of the featured image, and the files that the content shows. The first photo is both:
    not every theme shows the featured image above the text, but lists and shared links do."""
    first = next((each for each in files if each.is_photo), None)
    if first is None or wish == "none":
        return NOTHING_FEATURED, files
    return first.id, [each for each in files if each is not first] if wish == "only" else files
