"""Translates a draft into the JSON body of Swonkie's create and update."""

from datetime import UTC, datetime
from typing import Any

from media.graphemes import cut
from provider.carried_fields import not_carried
from provider.errors import GiveUp
from provider.protocol import Draft
from provider.swonkie.carried_fields import (
    CARRIED_FIELDS,
    COMMERCIAL,
    CONTENT_TYPE,
    FIRST_COMMENT,
    TIKTOK_FLAGS,
    TIKTOK_NEGATED,
    TYPES,
    WITH_THREADS,
)

# Of a document that has no title of its own.
MAX_TITLE = 100


def create_body(draft: Draft) -> dict[str, Any]:
    """The JSON body of `POST /posts`."""
    caption: dict[str, Any] = {"plainText": draft.caption, "net": None}
    comment = _first_comment(draft)
    if comment:
        caption["firstComment"] = {"plainText": comment}
    body: dict[str, Any] = {
        "type": _post_type(draft),
        "profileIds": [draft.profile_id],
        "captions": [caption],
        "briefing": {"markdown": draft.marker},
    }
    if draft.publish_at is not None:
        body["publishAt"] = format_instant(draft.publish_at)
    if draft.media_ids:
        files = [{"mediaLibId": media_id} for media_id in draft.media_ids]
        body["medias"] = [{"mediaFiles": files, "net": None}]
    return {**body, **_network_options(draft)}


def _first_comment(draft: Draft) -> str | None:
    """The comment of its own field, or else a thread of one text. GiveUp where the network would
    show half of a thread."""
    name = FIRST_COMMENT.get(draft.platform)
    own = draft.fields.get(name) if name else None
    if own or not draft.thread:
        return own
    if draft.platform in WITH_THREADS:
        raise GiveUp(
            f"Swonkie has no place for a thread on {draft.platform}: the post would go out by half"
        )
    return draft.thread[0].text if name and _is_comment(draft) else None


def _is_comment(draft: Draft) -> bool:
    """Whether what follows the post is no more than a first comment can be: one text."""
    return len(draft.thread) == 1 and not draft.thread[0].media


def _post_type(draft: Draft) -> str:
    if draft.post_type == "text":
        return "STATUS"
    content_type = draft.fields.get(CONTENT_TYPE.get(draft.platform, ""), "")
    return TYPES.get(content_type.lower(), "MEDIA")


def _network_options(draft: Draft) -> dict[str, Any]:
    """The part of the body for one network."""
    if draft.platform == "linkedin" and draft.post_type == "document":
        first_line, _, _ = draft.caption.partition("\n")
        title = draft.fields.get("linkedinDocumentTitle") or cut(first_line, MAX_TITLE)
        return {"linkedIn": {"documentTitle": title}}
    if draft.platform == "instagram" and "instagramShareToFeed" in draft.fields:
        return {"instagram": {"shareToFeed": _is_true(draft.fields["instagramShareToFeed"])}}
    if draft.platform == "tiktok":
        options = _tiktok_options(draft.fields)
        return {"tiktok": options} if options else {}
    return {}


def _tiktok_options(fields: dict[str, str]) -> dict[str, bool]:
    options = {
        theirs: not _is_true(fields[ours])
        for ours, theirs in TIKTOK_NEGATED.items()
        if ours in fields
    }
    options |= {
        theirs: _is_true(fields[ours]) for ours, theirs in TIKTOK_FLAGS.items() if ours in fields
    }
    commercial = COMMERCIAL.get(fields.get("tiktokCommercialContentType", "").lower())
    return options | ({commercial: True} if commercial else {})


def unsupported_fields(draft: Draft) -> list[str]:
    """The draft's fields for its own network that Swonkie does not support, sorted; and `thread`,
    where it is left out."""
    found = not_carried(CARRIED_FIELDS, draft.platform, draft.post_type, draft.fields)
    is_comment = draft.platform in FIRST_COMMENT and _is_comment(draft)
    return [*found, "thread"] if draft.thread and not is_comment else found


def format_instant(value: datetime) -> str:
    """An instant in Swonkie's form: UTC with milliseconds and Z."""
    return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _is_true(value: str) -> bool:
    return value.strip().lower() == "true"
