"""The files of a draft, in the site's library: found, and with their alt texts."""

import html
import re
from collections.abc import Sequence
from typing import Any, Final

from provider.errors import GiveUp, OutcomeUnknown, Reconnect, RestartUpload, Retry
from provider.protocol import DraftMedia
from provider.wordpress.content import LibraryFile
from provider.wordpress.http import WordPressHttp

FIELDS: Final = "id,source_url,mime_type,alt_text,title"
GONE: Final = "the site's library no longer has a file of the post"
MEDIA_ID: Final = re.compile(r"[1-9][0-9]{0,17}")


async def find_files(http: WordPressHttp, media: Sequence[DraftMedia]) -> list[LibraryFile]:
    """The files in their order, whose alt texts the library has now. RestartUpload where one is
    gone."""
    if not media:
        return []
    if not all(MEDIA_ID.fullmatch(each.id) for each in media):
        raise RestartUpload(GONE)
    items = await _read_library(http, media)
    if any(int(each.id) not in items for each in media):
        raise RestartUpload(GONE)
    for each in media:
        await _write_alt_text(http, each, items[int(each.id)])
    return [_to_file(each, items[int(each.id)]) for each in media]


async def _read_library(
    http: WordPressHttp, media: Sequence[DraftMedia]
) -> dict[int, dict[str, Any]]:
    """What the library has of these files, by their ids."""
    params = {
        "include": ",".join(each.id for each in media),
        "per_page": "100",
        "context": "edit",
        "_fields": FIELDS,
    }
    answer = await http.call("GET", "/wp/v2/media", params=params)
    if not isinstance(answer.body, list):
        raise Retry("WordPress answered without a list of files", answer.status)
    return {each["id"]: each for each in answer.body if _is_file(each)}


async def _write_alt_text(http: WordPressHttp, media: DraftMedia, item: dict[str, Any]) -> None:
    """The library's own alt text, which a featured image has. The content has the post's in any
    case, so a user who may not write here loses nothing of it."""
    if not media.alt_text or item.get("alt_text") == media.alt_text:
        return
    try:
        await http.call("POST", f"/wp/v2/media/{media.id}", json={"alt_text": media.alt_text})
    except (GiveUp, Reconnect, OutcomeUnknown) as error:
        if error.http_status != 403:
            raise


def _is_file(item: Any) -> bool:  # noqa: ANN401  (JSON)
    return (
        isinstance(item, dict)
        and type(item.get("id")) is int
        and isinstance(item.get("source_url"), str)
    )


def _to_file(media: DraftMedia, item: dict[str, Any]) -> LibraryFile:
    title = item.get("title")
    rendered = title.get("rendered") if isinstance(title, dict) else None
    return LibraryFile(
        id=item["id"],
        url=item["source_url"],
        content_type=str(item.get("mime_type") or media.content_type),
        title=html.unescape(rendered) if isinstance(rendered, str) else "",
        alt_text=media.alt_text,
    )
