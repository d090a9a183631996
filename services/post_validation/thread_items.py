"""What is written in `thread`: the texts that follow a post, with their files. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from services.errors import FieldError, ValidationFailed
from services.inputs.post_bodies import ThreadItemBody
from services.post_validation.alt_texts import clean
from services.post_validation.content import ThreadText
from services.post_validation.media_links import MEDIA_FIELD, link_problems


@dataclass(frozen=True, slots=True)
class ThreadFiles:
    """The files of one item: its number from 0, their kind, and their links."""

    number: int
    kind: str
    links: Sequence[str]

    @property
    def field(self) -> str:
        """The field that names them, for errors."""
        return item_field(self.number, MEDIA_FIELD[self.kind])


def item_field(number: int, name: str) -> str:
    """A field of an item, as errors name it."""
    return f"thread[{number}].{name}"


def thread_texts(items: Sequence[ThreadItemBody] | None) -> list[ThreadText]:
    """What the limits of the networks are checked on."""
    return [
        ThreadText(each.text, len(each.photoUrls or ()), 1 if each.videoUrl else 0)
        for each in items or ()
    ]


def thread_files(items: Sequence[ThreadItemBody] | None) -> list[ThreadFiles]:
    """The files of each item that has some."""
    found = []
    for number, item in enumerate(items or ()):
        if item.photoUrls:
            found.append(ThreadFiles(number, "photo", item.photoUrls))
        elif item.videoUrl:
            found.append(ThreadFiles(number, "video", [item.videoUrl]))
    return found


def checked_thread_links(
    items: Sequence[ThreadItemBody] | None, *, allow_private: bool
) -> list[str]:
    """The links of the items; ValidationFailed where something is wrong with these."""
    problems = [*item_problems(items, allow_private=allow_private)]
    if problems:
        raise ValidationFailed(*problems)
    return [link for files in thread_files(items) for link in files.links]


def item_problems(
    items: Sequence[ThreadItemBody] | None, *, allow_private: bool
) -> Iterator[FieldError]:
    """What is wrong with the items on any network."""
    for number, item in enumerate(items or ()):
        photos = len(item.photoUrls or ())
        if not item.text.strip() and not photos and not item.videoUrl:
            message = "must not be empty: write a text, or name photos or a video"
            yield FieldError(field=item_field(number, "text"), message=message)
        if photos and item.videoUrl:
            message = "does not go with photoUrls: one text has photos, or one video"
            yield FieldError(field=item_field(number, "videoUrl"), message=message)
        described = len(clean(item.altTexts))
        if described > photos:
            message = f"has {described} texts for {photos} photos; write one for each of photoUrls"
            yield FieldError(field=item_field(number, "altTexts"), message=message)
    for files in thread_files(items):
        yield from link_problems(files.field, files.links, allow_private=allow_private)
