"""What follows a post, in the form of a request: for answers and exports. Pure."""

from collections.abc import Callable, Sequence
from typing import Any

from models.posts import Media, Post

FindLink = Callable[[Media], str | None]


def own_files(media: Sequence[Media]) -> list[Media]:
    """The files of the post itself, without those of its thread."""
    return [each for each in media if each.thread_part == 0]


def files_by_text(row: Post, media: Sequence[Media]) -> list[tuple[str, list[Media]]]:
    """Each text of the thread with its files."""
    return [
        (text, [each for each in media if each.thread_part == number])
        for number, text in enumerate(row.thread, 1)
    ]


def present_thread(row: Post, media: Sequence[Media], find_link: FindLink) -> list[dict[str, Any]]:
    """The items of `thread`. `find_link`: the link to a file; None if it is gone."""
    return [_present_item(text, files, find_link) for text, files in files_by_text(row, media)]


def present_alt_texts(files: Sequence[Media]) -> dict[str, Any]:
    """One text for each photo, empty where it has none: an addition to the contract, which appears
    only where it is used."""
    texts = [each.alt_text or "" for each in files]
    return {"altTexts": texts} if any(texts) else {}


def _present_item(text: str, files: Sequence[Media], find_link: FindLink) -> dict[str, Any]:
    if not files:
        return {"text": text}
    links = [find_link(each) for each in files]
    if files[0].kind == "video":
        return {"text": text, "videoUrl": links[0]}
    return {"text": text, "photoUrls": links, **present_alt_texts(files)}
