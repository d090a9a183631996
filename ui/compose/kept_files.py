"""Finds the files that a form has already: uploads of the organization, links, and files of the
post that is edited or copied."""

from collections.abc import Mapping, Sequence

from sqlmodel import Session

from media.file_types import FILE_TYPES
from models.posts import Media
from models.store import stored_files
from models.store.posts import posts
from services.context import AppContext
from ui.compose.file_fields import OF_POST, FileItem, linked_file, uploaded_file
from ui.sign_in.visitor import Visitor

# No network accepts more files in one post.
MAX_FILES = 20


def find_kept_files(
    context: AppContext, visitor: Visitor, kept: Mapping[str, Sequence[str]], post_id: str
) -> dict[str, list[FileItem | None]]:
    """The files that these values name, by field; None for one that the organization does not
    have. `post_id`: of the post that `post:1` belongs to."""
    with context.database.read() as session:
        of_post = _files_of_post(session, context, visitor, post_id)
        return {
            name: [_find(session, visitor, each, of_post) for each in values[:MAX_FILES]]
            for name, values in kept.items()
        }


def _find(
    session: Session, visitor: Visitor, value: str, of_post: Mapping[str, FileItem]
) -> FileItem | None:
    if value.startswith(OF_POST):
        return of_post.get(value)
    if value.startswith(("https://", "http://")):
        return linked_file(value)
    row = stored_files.get(session, visitor.organization_id, value)
    return uploaded_file(row, visitor.base) if row and row.content_type in FILE_TYPES else None


def _files_of_post(
    session: Session, context: AppContext, visitor: Visitor, post_id: str
) -> dict[str, FileItem]:
    if not post_id or posts.get(session, visitor.organization_id, post_id) is None:
        return {}
    rows = posts.load_parts(session, [post_id])[0][post_id]
    found = (stored_file_item(session, context, visitor, each) for each in rows)
    return {f"{OF_POST}{row.position + 1}": item for row, item in zip(rows, found, strict=True)}


def stored_file_item(
    session: Session, context: AppContext, visitor: Visitor, row: Media
) -> FileItem:
    """A file of a stored post."""
    value = f"{OF_POST}{row.position + 1}"
    if row.stored_file_id:
        file = stored_files.get(session, visitor.organization_id, row.stored_file_id)
        if file is not None:
            return uploaded_file(file, visitor.base)
    return linked_file(context.cipher.decrypt(row.source_url), value)
