"""The files in a form: those that it has already, uploads, and links that were typed. Pure.

A file that is in the form already is a value of the field `kept`: the id of an uploaded file, a
link, or `post:3` for the third file of the post that is edited or copied, whose link may be a
secret. Alt texts are counted in the order of the form: kept files, uploads, typed links.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Final
from urllib.parse import unquote, urlsplit

from media.file_types import FILE_TYPES
from media.stored_urls import stored_url
from models.stored_files import StoredFile

OF_POST: Final = "post:"
# No post has more photos.
MAX_ALT_TEXTS: Final = 20
_KINDS: Final = {
    extension: each.post_type for each in FILE_TYPES.values() for extension in each.extensions
}


@dataclass(frozen=True, slots=True)
class FileNames:
    """What the form fields of one list of files are called."""

    kept: str
    removed: str
    links: str
    files: str
    alt_text: str


POST_FILES: Final = FileNames("kept", "removed", "links", "files", "altText")


def thread_file_names(number: int) -> FileNames:
    """The fields of the files of a text below the post; the first is 1."""
    return FileNames(
        f"threadKept{number}",
        f"threadRemoved{number}",
        f"threadLinks{number}",
        f"threadFiles{number}",
        f"thread{number}Alt",
    )


@dataclass(frozen=True, slots=True)
class FileItem:
    """A file of a form. `value`: as `kept` has it. `link`: as a request names it. `url`: where a
    browser finds it, if it can. `sha256`: of an uploaded file."""

    value: str
    link: str
    name: str
    kind: str
    url: str | None
    alt_text: str = ""
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class FormFiles:
    """A list of files as it was submitted: `items`, without those that were removed, and the links
    that were typed, each with its alt text. `further`: alt texts of files that are not there."""

    items: Sequence[FileItem] = ()
    typed: Sequence[FileItem] = ()
    further: Sequence[str] = ()

    @property
    def all(self) -> list[FileItem]:
        """All files, in their order."""
        return [*self.items, *self.typed]

    @property
    def links(self) -> list[str]:
        """What a request names."""
        return [each.link for each in self.all]

    @property
    def alt_texts(self) -> list[str]:
        """A text for each file, and for those that are not there, without the empty ones at the
        end."""
        texts = [*(each.alt_text for each in self.all), *self.further]
        while texts and not texts[-1]:
            texts.pop()
        return texts


def collect_files(
    values: Mapping[str, str], names: FileNames, items: Sequence[FileItem | None]
) -> FormFiles:
    """The files of a form. `items`: the kept files and the uploads, in the order of the form; None
    for one that is not there any more."""
    removed = {each for each in values.get(names.removed, "").split(",") if each}
    lines = [line.strip() for line in values.get(names.links, "").splitlines()]
    typed = [linked_file(line) for line in lines if line]

    def described(number: int, item: FileItem) -> FileItem:
        return replace(item, alt_text=values.get(f"{names.alt_text}{number}", "").strip())

    return FormFiles(
        [
            described(number, item)
            for number, item in enumerate(items, 1)
            if item is not None and str(number) not in removed
        ],
        [described(number, item) for number, item in enumerate(typed, len(items) + 1)],
        [
            values.get(f"{names.alt_text}{number}", "").strip()
            for number in range(len(items) + len(typed) + 1, MAX_ALT_TEXTS + 1)
        ],
    )


def linked_file(link: str, value: str = "") -> FileItem:
    """A file that a link names. `value`: what stands for it in the form, where the link is a
    secret."""
    path = PurePosixPath(unquote(urlsplit(link).path)) if link.isprintable() else PurePosixPath()
    url = link if link.startswith(("https://", "http://")) else None
    return FileItem(value or link, link, path.name or link, _kind_of(path), url)


def uploaded_file(file: StoredFile, base: str) -> FileItem:
    """A file that was uploaded to the organization whose pages begin with `base`."""
    kind = FILE_TYPES[file.content_type].post_type
    url = f"{base}/media/{file.id}"
    return FileItem(file.id, stored_url(file.id), file.name, kind, url, "", file.sha256)


def _kind_of(path: PurePosixPath) -> str:
    return _KINDS.get(path.suffix.lower(), "photo")
