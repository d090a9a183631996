"""An edit of a post that somebody else has changed since it was read: both texts, and no change."""

from collections.abc import Sequence
from typing import Any

from models.posts import Media
from services.errors import EditedMeanwhile
from services.inputs.post_bodies import CONTENT_FIELDS, MEDIA_FIELDS, EditBody
from services.posts.lookup import PostWithSettings
from services.posts.stored_request import stored_content
from services.presenters import format_instant


def check_version(found: PostWithSettings, media: Sequence[Media], body: EditBody) -> None:
    """EditedMeanwhile where the post has another version than the one that the caller has read."""
    post = found.post
    if body.version is None or body.version == post.content_version:
        return
    raise EditedMeanwhile(
        f"the post has version {post.content_version} by now, not {body.version}: nothing was "
        "changed; compare the two texts, and send yours again with the new version",
        {
            "version": post.content_version,
            "yours": _given(body),
            "current": {
                **stored_content(post, media, _own_deliveries(found)),
                "scheduledFor": format_instant(post.scheduled_for),
            },
        },
    )


def _own_deliveries(found: PostWithSettings) -> list[Any]:
    return [each for each in found.locked.deliveries if not each.is_removed]


def _given(body: EditBody) -> dict[str, Any]:
    """What the request asks for. Links of files may be secrets, and are not repeated."""
    names = {*CONTENT_FIELDS, "mode", "scheduledAt"} - set(MEDIA_FIELDS)
    return body.model_dump(include=names, exclude_none=True)
