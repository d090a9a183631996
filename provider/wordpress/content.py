"""The content of a post, as blocks of WordPress's editor. Pure.

https://developer.wordpress.org/block-editor/getting-started/fundamentals/markup-representation-block/
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from provider.wordpress.html import attribute, escape, paragraphs

_ESCAPES: Final = {"--": r"\u002d\u002d", "<": r"\u003c", ">": r"\u003e", "&": r"\u0026"}


@dataclass(frozen=True, slots=True)
class LibraryFile:
    """A file in the site's library, and what it shows in this post."""

    id: int
    url: str
    content_type: str
    title: str = ""
    alt_text: str = ""

    @property
    def is_photo(self) -> bool:
        """Whether it is shown as an image."""
        return self.content_type.startswith("image/")


def build_content(text: str, files: Sequence[LibraryFile], marker: str) -> str:
    """The text, then the files, then the marker, which no reader sees."""
    photos = [each for each in files if each.is_photo]
    others = [each for each in files if not each.is_photo]
    blocks = [_block("paragraph", {}, f"<p>{each}</p>") for each in paragraphs(text)]
    blocks += [_gallery(photos)] if len(photos) > 1 else [_image(each) for each in photos]
    blocks += [_file(each) for each in others]
    return "\n\n".join((*blocks, marker_block(marker)))


def marker_block(marker: str) -> str:
    """A comment in a block of its own: the editor keeps it as it is."""
    return _block("html", {}, f"<!-- {marker} -->")


def has_marker(content: str, marker: str) -> bool:
    """Whether this is the content of the marker's post; a longer marker is another one's."""
    return f"<!-- {marker} -->" in content


def _image(file: LibraryFile) -> str:
    source, text = attribute(file.url), attribute(file.alt_text)
    image = f'<img src="{source}" alt="{text}" class="wp-image-{file.id}"/>'
    attributes = {"id": file.id, "sizeSlug": "full", "linkDestination": "none"}
    figure = f'<figure class="wp-block-image size-full">{image}</figure>'
    return _block("image", attributes, figure)


def _gallery(photos: Iterable[LibraryFile]) -> str:
    images = "\n\n".join(_image(each) for each in photos)
    classes = "wp-block-gallery has-nested-images columns-default is-cropped"
    return _block("gallery", {"linkTo": "none"}, f'<figure class="{classes}">{images}</figure>')


def _file(file: LibraryFile) -> str:
    url = attribute(file.url)
    if file.content_type.startswith("video/"):
        video = f'<video controls src="{url}"></video>'
        return _block("video", {"id": file.id}, f'<figure class="wp-block-video">{video}</figure>')
    name = escape(file.title or file.url.rpartition("/")[2])
    link = f'<a href="{url}">{name}</a>'
    attributes = {"id": file.id, "href": file.url, "showDownloadButton": False}
    return _block("file", attributes, f'<div class="wp-block-file">{link}</div>')


def _block(name: str, attributes: dict[str, Any], inner: str) -> str:
    given = f" {_attributes(attributes)}" if attributes else ""
    return f"<!-- wp:{name}{given} -->\n{inner}\n<!-- /wp:{name} -->"


def _attributes(values: dict[str, Any]) -> str:
    """JSON that cannot end its comment, as the editor writes it."""
    text = json.dumps(values, separators=(",", ":"))
    for sign, code in _ESCAPES.items():
        text = text.replace(sign, code)
    return text
