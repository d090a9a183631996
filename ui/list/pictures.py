"""The pictures of posts: the first photo of each."""

from collections.abc import Sequence

from sqlmodel import Session

from media.stored_urls import is_stored_url
from models.posts import Media
from models.store.posts import post_queries
from services.context import AppContext


def load_pictures(
    session: Session, context: AppContext, base: str, post_ids: Sequence[str]
) -> dict[str, str]:
    """The image URLs by post id: the source, or our own URL for an uploaded file that is there."""
    media = post_queries.load_media(session, post_ids)
    urls = {post_id: _image_url(files[0], context, base) for post_id, files in media.items()}
    return {post_id: url for post_id, url in urls.items() if url}


def _image_url(media: Media, context: AppContext, base: str) -> str | None:
    source = context.cipher.decrypt(media.source_url)
    if not is_stored_url(source):
        return source
    return f"{base}/media/{media.stored_file_id}" if media.stored_file_id else None
