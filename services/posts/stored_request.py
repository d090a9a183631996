"""A stored post as the request that would publish it: what an edit and a copy begin with."""

from collections.abc import Sequence
from typing import Any

from models.encryption import Cipher
from models.posts import Delivery, Media, Post
from services.post_validation.media_links import MEDIA_FIELD


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
    }
    return {name: value for name, value in found.items() if value or name == "caption"}


def stored_request(
    post: Post, media: Sequence[Media], deliveries: Sequence[Delivery], cipher: Cipher
) -> dict[str, Any]:
    """The whole request: its links are secrets. It asks for a draft without a date."""
    return {
        "postType": post.post_type,
        "publishMode": "draft",
        **stored_content(post, media, deliveries),
        **_links(post, media, cipher),
        "thread": [_thread_item(*each, cipher) for each in _files_by_text(post, media)],
    }


def own_files(media: Sequence[Media]) -> list[Media]:
    """The files of the post itself, without those of its thread."""
    return [each for each in media if each.thread_part == 0]


def _links(post: Post, media: Sequence[Media], cipher: Cipher) -> dict[str, Any]:
    links = [cipher.decrypt(each.source_url) for each in own_files(media)]
    if not links:
        return {}
    return {MEDIA_FIELD[post.post_type]: links if post.post_type == "photo" else links[0]}


def _files_by_text(post: Post, media: Sequence[Media]) -> list[tuple[str, list[Media]]]:
    """The texts that follow the post, each with its files."""
    return [
        (text, [each for each in media if each.thread_part == number])
        for number, text in enumerate(post.thread, 1)
    ]


def _thread_item(text: str, files: Sequence[Media], cipher: Cipher) -> dict[str, Any]:
    links = [cipher.decrypt(each.source_url) for each in files]
    if not links:
        return {"text": text}
    if files[0].kind == "video":
        return {"text": text, "videoUrl": links[0]}
    return {"text": text, "photoUrls": links, "altTexts": [each.alt_text or "" for each in files]}
