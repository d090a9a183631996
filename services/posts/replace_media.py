"""Replacing the files of a post that ended without being published everywhere."""

from collections.abc import Sequence
from typing import Any

from sqlmodel import Session

from models.statuses import PostStatus
from models.store.posts import post_changes
from services.context import AppContext
from services.errors import Conflict, FieldError, ValidationFailed
from services.inputs.post_bodies import EditBody
from services.post_validation.content import PostContent, photo_problems
from services.post_validation.media_links import MEDIA_FIELD, media_problems
from services.posts.lookup import PostWithSettings
from services.posts.video_key import video_key
from services.uploads import post_media

# No worker has a job of such a post, and none of its remote posts is on a timer.
REPLACEABLE = (PostStatus.FAILED, PostStatus.PARTIAL, PostStatus.MISSED)


def has_media(body: EditBody) -> bool:
    """Whether the request names files."""
    return any(_given(body).values())


def check_replaceable(found: PostWithSettings) -> None:
    """Conflict unless the post's files can be replaced in its status."""
    status = found.locked.status
    if status not in REPLACEABLE:
        raise Conflict(
            f"the files of a post that is {status} cannot be replaced; "
            "remove it, and publish it again with the other files"
        )


def check_links(
    context: AppContext, found: PostWithSettings, body: EditBody, platforms: Sequence[str]
) -> list[str]:
    """The links of the new files; ValidationFailed names what is wrong with them."""
    post, given = found.post, _given(body)
    content = PostContent(
        post_type=post.post_type,
        caption=post.caption,
        platforms=platforms,
        photos=len(given["photoUrls"]),
    )
    problems: list[FieldError] = [
        *media_problems(post.post_type, given, allow_private=context.allow_private_media),
        *photo_problems(content),
    ]
    if problems:
        raise ValidationFailed(*problems)
    return [*given[MEDIA_FIELD[post.post_type]]]


def replace_media(
    session: Session,
    context: AppContext,
    found: PostWithSettings,
    links: Sequence[str],
    alt_texts: Sequence[str] | None,
) -> dict[str, Any]:
    """Replace the post's media rows, and return the post's columns that depend on them. The alt
    texts of the earlier photos say nothing about the new ones.
    ValidationFailed for a file that is not the organization's, or does not fit the post type."""
    post = found.post
    own = post_media.load_referenced_files(session, post.organization_id, post.post_type, links)
    rows = post_media.build_media(post.id, links, own, context.cipher, alt_texts)
    post_changes.replace_media(session, post.id, rows)
    key = video_key(context.cipher, post.post_type, post.source_video_id, links[0])
    return {"video_key": key}


def _given(body: EditBody) -> dict[str, Sequence[str]]:
    return {
        "videoUrl": [body.videoUrl] if body.videoUrl else [],
        "photoUrls": body.photoUrls or [],
        "documentUrl": [body.documentUrl] if body.documentUrl else [],
    }
