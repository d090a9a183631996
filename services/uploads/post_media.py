"""The media rows of a post, and the uploaded files that it refers to."""

from collections.abc import Sequence

from sqlmodel import Session

from media.file_types import FILE_TYPES, POST_TYPE_LABELS
from media.stored_urls import file_id_from_url, is_stored_url, stored_url
from models.encryption import Cipher
from models.posts import Media
from models.store import stored_files
from models.stored_files import StoredFile
from services.errors import FieldError, ValidationFailed
from services.post_validation.alt_texts import clean
from services.post_validation.media_links import MEDIA_FIELD

# The same sentence for a file that does not exist and for another organization's file.
UNKNOWN_FILE = "names no file of this organization's; upload it with POST media"


def load_referenced_files(
    session: Session, organization_id: str, post_type: str, links: Sequence[str]
) -> dict[str, StoredFile]:
    """The uploaded files that the links refer to, by link; they are locked until the transaction
    ends. ValidationFailed where a file is not the organization's, or does not fit the post type."""
    ids = {link: file_id_from_url(link) for link in links if is_stored_url(link)}
    if not ids:
        return {}
    locked = stored_files.lock_files(session, organization_id, [id_ for id_ in ids.values() if id_])
    found = {link: locked[id_] for link, id_ in ids.items() if id_ in locked}
    problems: list[FieldError] = []
    for number, link in enumerate(links, 1):
        problem = _problem(found.get(link), post_type) if link in ids else None
        if problem:
            which = f"link {number} " if len(links) > 1 else ""
            problems.append(FieldError(field=MEDIA_FIELD[post_type], message=which + problem))
    if problems:
        raise ValidationFailed(*problems)
    return found


def _problem(file: StoredFile | None, post_type: str) -> str | None:
    if file is None:
        return UNKNOWN_FILE
    if FILE_TYPES[file.content_type].post_type != post_type:
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
