"""A copy of a post, whatever became of it: a draft without a date."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from pydantic import ValidationError
from sqlmodel import Session

from media.stored_urls import is_stored_url
from models.encryption import Cipher
from models.posts import Delivery, Media, Post
from models.store.posts import posts
from models.store.tenants import posting_accounts, social_settings
from services.context import AppContext
from services.errors import FieldError, NotFound, ValidationFailed, field_errors
from services.inputs.post_bodies import MEDIA_FIELDS, DuplicateBody, PublishBody
from services.post_validation.media_links import MEDIA_FIELD
from services.posts.publish import AcceptedPost, accept_post
from services.posts.stored_request import stored_request
from services.thread_presenter import own_files


def duplicate(
    session: Session,
    context: AppContext,
    organization_id: str,
    post_id: str,
    body: DuplicateBody,
) -> AcceptedPost:
    """Accept the copy, which shares the post's stored files. An account that is not connected any
    more is left out, with a warning. NotFound; ValidationFailed where a file is gone that `body`
    does not replace, or nothing is left to post to; and what accepting a post raises."""
    social_settings.lock_organization(session, organization_id)
    post = posts.get(session, organization_id, post_id)
    if post is None:
        raise NotFound("there is no such post")
    media, deliveries = posts.load_parts(session, [post_id])
    accounts = posting_accounts.load(session, organization_id, context.provider).accounts
    known = {each.id for each in accounts}
    kept = [each for each in deliveries[post_id] if not each.is_removed]
    lost = [each for each in kept if each.is_named and each.account_id not in known]
    kept = [each for each in kept if each not in lost]
    request = _request(post, media[post_id], kept, context.cipher, body)
    copy = accept_post(session, context, organization_id, request)
    warnings = [_lost_account(each, kept) for each in lost]
    return replace(copy, warnings=[*warnings, *copy.warnings])


def _request(
    post: Post,
    media: Sequence[Media],
    deliveries: Sequence[Delivery],
    cipher: Cipher,
    body: DuplicateBody,
) -> PublishBody:
    given = body.model_dump(include={*MEDIA_FIELDS, "altTexts"}, exclude_none=True)
    stored = stored_request(post, media, deliveries, cipher)
    if any(name in given for name in MEDIA_FIELDS):
        stored.pop("altTexts", None)
        stored.pop(MEDIA_FIELD.get(post.post_type, ""), None)
    elif gone := [*_gone_files(post, media, cipher)]:
        raise ValidationFailed(*gone)
    targets = {name for each in deliveries for name in (each.platform, each.account_id)}
    stored["versions"] = {name: each for name, each in post.versions.items() if name in targets}
    values: dict[str, Any] = {
        "sourceVideoId": post.source_video_id,
        "sourcePlaylistId": post.source_playlist_id,
        "labels": post.labels or None,
    }
    try:
        return PublishBody.model_validate({**stored, **values, **given})
    except ValidationError as error:
        raise ValidationFailed(*field_errors(error.errors())) from None


def _gone_files(post: Post, media: Sequence[Media], cipher: Cipher) -> Iterator[FieldError]:
    """The uploaded files of the post that are not stored any more."""
    files = own_files(media)
    for number, each in enumerate(files, 1):
        if each.stored_file_id is None and is_stored_url(cipher.decrypt(each.source_url)):
            which = f"file {number} of the post" if len(files) > 1 else "the file of the post"
            message = f"{which} was uploaded, and is not stored any more; name the copy's own files"
            yield FieldError(field=MEDIA_FIELD[post.post_type], message=message)


def _lost_account(delivery: Delivery, kept: Sequence[Delivery]) -> FieldError:
    there = any(each.platform == delivery.platform for each in kept)
    where = "that account" if there else delivery.platform
    message = f"{delivery.account_id!r} is no connected account; the copy does not go to {where}"
    return FieldError(field="accountIds", message=message)
