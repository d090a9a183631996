"""A stored post as the request that would publish it: what an edit and a copy begin with."""

from collections.abc import Sequence
from typing import Any

from models.encryption import Cipher
from models.posts import Delivery, Media, Post
from services.post_validation.media_links import MEDIA_FIELD
from services.thread_presenter import own_files, present_thread


def stored_content(
    post: Post, media: Sequence[Media], deliveries: Sequence[Delivery]
) -> dict[str, Any]:
    """The texts and the targets of a post in the form of a request; empty ones are left out."""
    named = [each for each in deliveries if each.is_named]
    texts = [each.alt_text or "" for each in own_files(media)]
    found = {
        "caption": post.caption,
        "title": post.title,
        "platforms": [each.platform for each in deliveries if not each.is_named],
        "accountIds": [each.account_id for each in named],
        "altTexts": texts if any(texts) else None,
        "platformFields": post.platform_fields,
        "versions": post.versions,
        "thread": [{"text": text} for text in post.thread],
    }
    return {name: value for name, value in found.items() if value or name == "caption"}


def stored_request(
    post: Post, media: Sequence[Media], deliveries: Sequence[Delivery], cipher: Cipher
) -> dict[str, Any]:
    """The whole request: its links are secrets. It asks for a draft without a date."""

    def find_link(file: Media) -> str:
        return cipher.decrypt(file.source_url)

    return {
        "postType": post.post_type,
        "publishMode": "draft",
        **stored_content(post, media, deliveries),
        **_links(post, [find_link(each) for each in own_files(media)]),
        "thread": present_thread(post, media, find_link),
    }


def _links(post: Post, links: list[str]) -> dict[str, Any]:
    if not links:
        return {}
    return {MEDIA_FIELD[post.post_type]: links if post.post_type == "photo" else links[0]}
