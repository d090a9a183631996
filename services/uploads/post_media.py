"""The media rows of a post, and the uploaded files that it refers to."""

from collections.abc import Iterator, Sequence

from sqlmodel import Session

from media.file_types import FILE_TYPES, POST_TYPE_LABELS
from media.stored_urls import file_id_from_url, is_stored_url, stored_url
from models.encryption import Cipher
from models.posts import Media
from models.store import stored_files
from models.stored_files import StoredFile
from services.errors import FieldError, ValidationFailed
from services.inputs.post_bodies import ThreadItemBody
from services.post_validation.alt_texts import clean
from services.post_validation.media_links import MEDIA_FIELD
from services.post_validation.thread_items import ThreadFiles, thread_files

# The same sentence for a file that does not exist and for another organization's file.
UNKNOWN_FILE = "names no file of this organization's; upload it with POST media"


def load_referenced_files(
    session: Session,
    organization_id: str,
    post_type: str,
    links: Sequence[str],
    thread: Sequence[ThreadFiles] = (),
) -> dict[str, StoredFile]:
    """The uploaded files that the links refer to, by link; they are locked until the transaction
    ends. ValidationFailed where a file is not the organization's, or does not fit the post type."""
    every = [*links, *(link for files in thread for link in files.links)]
    ids = {link: file_id_from_url(link) for link in every if is_stored_url(link)}
    if not ids:
        return {}
    locked = stored_files.lock_files(session, organization_id, [id_ for id_ in ids.values() if id_])
    found = {link: locked[id_] for link, id_ in ids.items() if id_ in locked}
    problems = [
        problem
        for field, kind, some in _by_field(post_type, links, thread)
        for problem in _problems(field, kind, some, found)
    ]
    if problems:
        raise ValidationFailed(*problems)
    return found


def _by_field(
    post_type: str, links: Sequence[str], thread: Sequence[ThreadFiles]
) -> Iterator[tuple[str, str, Sequence[str]]]:
    """The links of each field, with the kind of file that it takes."""
    if links:
        yield MEDIA_FIELD[post_type], post_type, links
    for files in thread:
        yield files.field, files.kind, files.links


def _problems(
    field: str, kind: str, links: Sequence[str], found: dict[str, StoredFile]
) -> Iterator[FieldError]:
    for number, link in enumerate(links, 1):
        problem = _problem(found.get(link), kind) if is_stored_url(link) else None
        if problem:
            which = f"link {number} " if len(links) > 1 else ""
            yield FieldError(field=field, message=which + problem)


def _problem(file: StoredFile | None, post_type: str) -> str | None:
    if file is None:
        return UNKNOWN_FILE
    kind = FILE_TYPES.get(file.content_type)  # None for a calendar that waits for its import
    if kind is None or kind.post_type != post_type:
        return f"names a file that is {file.content_type}, not {POST_TYPE_LABELS[post_type]}"
    return None


def build_media(
    post_id: str,
    links: Sequence[str],
    own: dict[str, StoredFile],
    cipher: Cipher,
    alt_texts: Sequence[str] | None = None,
) -> list[Media]:
    """The media rows of a post. `own`: uploaded files by link. `alt_texts`: in the order of the
    links, fewer than these or none; an empty one is none."""
    texts = alt_texts_by_position(alt_texts, len(links))
    return [
        _build_row(post_id, position, link, own.get(link), cipher, text)
        for position, (link, text) in enumerate(zip(links, texts, strict=True))
    ]


def build_thread_media(
    post_id: str,
    items: Sequence[ThreadItemBody] | None,
    first: int,
    own: dict[str, StoredFile],
    cipher: Cipher,
) -> list[Media]:
    """The media rows of what follows a post, whose positions begin with `first`."""
    rows: list[Media] = []
    for files in thread_files(items):
        texts = items[files.number].altTexts if items else None
        for row in build_media(post_id, files.links, own, cipher, texts):
            row.position = first + len(rows)
            row.thread_part, row.kind = files.number + 1, files.kind
            rows.append(row)
    return rows


def alt_texts_by_position(alt_texts: Sequence[str] | None, photos: int) -> list[str | None]:
    """One alt text for each photo, None where it has none."""
    given: list[str | None] = [each or None for each in clean(alt_texts)]
    return [*given, *[None] * (photos - len(given))]


def _build_row(
    post_id: str,
    position: int,
    link: str,
    file: StoredFile | None,
    cipher: Cipher,
    alt_text: str | None,
) -> Media:
    source = stored_url(file.id, file.name) if file else link
    return Media(
        post_id=post_id,
        position=position,
        alt_text=alt_text,
        source_url=cipher.encrypt(source),
        stored_file_id=file.id if file else None,
    )
