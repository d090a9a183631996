"""What an edit changes of a post's content, files and targets: checked as a whole, then written.

The post as it is to become is checked as a request that publishes it would be.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from sqlmodel import Session

from models.posts import Delivery, Media
from models.store.posts import post_changes
from models.store.posts.delivery_changes import FINAL
from models.store.tenants.posting_accounts import PostingAccount
from services.context import AppContext
from services.errors import ValidationFailed, field_errors
from services.inputs.post_bodies import CONTENT_FIELDS, MEDIA_FIELDS, EditBody, PublishBody
from services.post_validation.media_links import MEDIA_FIELD
from services.posts import edit_targets
from services.posts.lookup import PostWithSettings
from services.posts.post_versions import given_versions
from services.posts.publish import PostIntake
from services.posts.publish_request import PublishPlan
from services.posts.search_text import build_search_text
from services.posts.stored_request import stored_request
from services.posts.video_key import video_key
from services.uploads import post_media


@dataclass(frozen=True, slots=True)
class ContentChange:
    """The post as it is to become, for the accounts where it is not live. `media`: its new files;
    None where they stay. `has_alt_texts`, `has_targets`: whether the request names these."""

    request: PublishBody
    plan: PublishPlan
    intake: PostIntake
    media: list[Media] | None
    has_alt_texts: bool
    has_targets: bool


def plan_content(
    session: Session,
    context: AppContext,
    found: PostWithSettings,
    media: Sequence[Media],
    body: EditBody,
) -> ContentChange | None:
    """The change, without writing; None where the request asks for none. ValidationFailed names
    everything that would be wrong with the whole post."""
    given = body.model_dump(include=set(CONTENT_FIELDS), exclude_none=True)
    if not given:
        return None
    post, open_ = found.post, edit_targets.open_deliveries(found)
    stored = stored_request(post, media, open_, context.cipher)
    has_files = any(name in given for name in MEDIA_FIELDS)
    if has_files:  # the texts say nothing about other photos
        stored.pop("altTexts", None)
        stored.pop(MEDIA_FIELD.get(post.post_type, ""), None)
    has_targets = body.platforms is not None or body.accountIds is not None
    targets = edit_targets.wanted_targets(found, body) if has_targets else {}
    if has_targets:  # a version goes with the network or account that it is for
        stored["versions"] = edit_targets.kept_versions(found, targets)
    request = _validate({**stored, **given, **targets})
    intake = PostIntake(session, context, found.settings)
    named = None if has_targets else lambda: _named_accounts(open_)
    plan = intake.check_content(request, named, edit_targets.live_targets(found))
    rows = None
    if has_files or "thread" in given:
        rows = intake.build_media(post.id, request, plan)
    return ContentChange(request, plan, intake, rows, body.altTexts is not None, has_targets)


def write_content(
    session: Session, context: AppContext, found: PostWithSettings, change: ContentChange
) -> dict[str, Any]:
    """Write files, alt texts and targets; returns the columns of the post that change."""
    post, request = found.post, change.request
    columns: dict[str, Any] = {
        "caption": request.caption,
        "platform_fields": request.platformFields or {},
        "title": request.title or None,
        "versions": given_versions(request.versions),
        "thread": [each.text for each in request.thread or ()],
    }
    columns["search_text"] = build_search_text(columns, post.labels)
    if change.media is not None:
        post_changes.replace_media(session, post.id, change.media)
        key = video_key(
            context.cipher, post.post_type, post.source_video_id, request.videoUrl or ""
        )
        columns |= {"video_key": key, "is_turned_away": False}
    elif change.has_alt_texts and post.post_type == "photo":
        texts = post_media.alt_texts_by_position(request.altTexts, len(change.plan.links))
        post_changes.set_alt_texts(session, post.id, texts)
    if change.has_targets:
        edit_targets.apply_targets(session, found, change.intake, change.plan.targets)
        columns["platforms"] = _platforms(found, change.plan)
    return columns


def _platforms(found: PostWithSettings, plan: PublishPlan) -> list[str]:
    """Those where it is live, and those where it is still to go."""
    ended = [each.platform for each in found.locked.deliveries if each.status in FINAL]
    kept = [each for each in found.post.platforms if each in ended]
    return list(dict.fromkeys([*kept, *plan.platforms]))


def _named_accounts(deliveries: Sequence[Delivery]) -> list[PostingAccount]:
    """The accounts that the post has named, also where they cannot be used at the moment."""
    return [
        PostingAccount(each.account_id, each.platform, each.connection_id or "", "", False)
        for each in deliveries
        if each.is_named and each.account_id
    ]


def _validate(values: dict[str, Any]) -> PublishBody:
    try:
        return PublishBody.model_validate(values)
    except ValidationError as error:
        raise ValidationFailed(*field_errors(error.errors())) from None
