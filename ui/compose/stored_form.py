"""A stored post as the composer's form: what editing it and copying it begin with."""

from collections.abc import Iterator, Sequence

from sqlmodel import Session

from models.posts import Delivery, Media, Post
from models.store.posts import posts
from models.store.posts.delivery_changes import FINAL
from services.context import AppContext
from services.errors import NotFound
from ui.compose.choices import FormChoices
from ui.compose.compose_body import KEEP, OPTION_PREFIX
from ui.compose.compose_form import SubmittedForm
from ui.compose.file_fields import POST_FILES, FileItem, FileNames, thread_file_names
from ui.compose.kept_files import stored_file_item
from ui.compose.version_fields import version_values
from ui.sign_in.visitor import Visitor

Pairs = Iterator[tuple[str, str]]


def load_stored_form(
    session: Session, context: AppContext, visitor: Visitor, choices: FormChoices, post_id: str
) -> SubmittedForm:
    """The form that edits a post. NotFound if the organization has no such post."""
    post, media, deliveries = _load(session, visitor, post_id)
    kept = [each for each in deliveries if each.status not in FINAL and not each.is_removed]
    form = _form(_pairs(session, context, visitor, post, media))
    _add(form, [choices.chip_for(each.platform, _named(each)) for each in kept])
    _add(form, [("post", post.id), ("version", str(post.content_version)), ("publishMode", KEEP)])
    if post.scheduled_for is not None:
        _add(form, [("was", post.scheduled_for.isoformat())])
    return _with_items(form, session, context, visitor, media)


def load_copied_form(
    session: Session, context: AppContext, visitor: Visitor, choices: FormChoices, post_id: str
) -> SubmittedForm:
    """The form for a new post with the content of another one, whatever became of that. Accounts
    that are not connected any more, and their versions, are left out."""
    post, media, deliveries = _load(session, visitor, post_id)
    known = {each.account_id for each in choices.chips}
    kept = [
        each
        for each in deliveries
        if not each.is_removed and (not each.is_named or each.account_id in known)
    ]
    form = _form(_pairs(session, context, visitor, post, media))
    _add(form, [choices.chip_for(each.platform, _named(each)) for each in kept])
    sources = {"sourceVideoId": post.source_video_id, "sourcePlaylistId": post.source_playlist_id}
    _add(form, [("copy", post.id), *((name, text) for name, text in sources.items() if text)])
    return _with_items(form, session, context, visitor, media)


def _load(
    session: Session, visitor: Visitor, post_id: str
) -> tuple[Post, Sequence[Media], Sequence[Delivery]]:
    post = posts.get(session, visitor.organization_id, post_id)
    if post is None:
        raise NotFound("there is no such post")
    media, deliveries = posts.load_parts(session, [post_id])
    return post, media[post_id], deliveries[post_id]


def _named(delivery: Delivery) -> str | None:
    return delivery.account_id if delivery.is_named else None


def _pairs(
    session: Session, context: AppContext, visitor: Visitor, post: Post, media: Sequence[Media]
) -> Pairs:
    """The content of a post as form fields."""
    yield "postType", post.post_type
    yield "caption", post.caption
    yield "title", post.title or ""
    yield "labels", ", ".join(post.labels)
    yield from ((OPTION_PREFIX + name, text) for name, text in post.platform_fields.items())
    for name, version in post.versions.items():
        yield from version_values(name, version)
    yield from _file_pairs(session, context, visitor, POST_FILES, _files_of(media, 0))
    for number, text in enumerate(post.thread, 1):
        yield f"threadText{number}", text
        names, files = thread_file_names(number), _files_of(media, number)
        yield from _file_pairs(session, context, visitor, names, files)


def _files_of(media: Sequence[Media], part: int) -> list[Media]:
    return [each for each in media if each.thread_part == part]


def _file_pairs(
    session: Session,
    context: AppContext,
    visitor: Visitor,
    names: FileNames,
    rows: Sequence[Media],
) -> Pairs:
    for number, row in enumerate(rows, 1):
        yield names.kept, stored_file_item(session, context, visitor, row).value
        if row.alt_text:
            yield f"{names.alt_text}{number}", row.alt_text


def _form(pairs: Pairs) -> SubmittedForm:
    form = SubmittedForm()
    _add(form, pairs)
    return form


def _add(form: SubmittedForm, pairs: Pairs | Sequence[tuple[str, str]]) -> None:
    for name, value in pairs:
        form.texts.setdefault(name, []).append(value)


def _with_items(
    form: SubmittedForm,
    session: Session,
    context: AppContext,
    visitor: Visitor,
    media: Sequence[Media],
) -> SubmittedForm:
    """The form with its files, which are those of the post."""
    for row in media:
        names = thread_file_names(row.thread_part) if row.thread_part else POST_FILES
        item: FileItem | None = stored_file_item(session, context, visitor, row)
        form.items.setdefault(names.kept, []).append(item)
    return form
