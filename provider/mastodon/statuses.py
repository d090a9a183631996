"""A draft → the statuses of a thread, and the calls that publish them. Pure."""

import hashlib
from dataclasses import dataclass
from typing import Any, Final

from provider.carried_fields import not_carried
from provider.errors import GiveUp
from provider.mastodon.carried_fields import (
    CARRIED_FIELDS,
    CONTENT_WARNING,
    LANGUAGE,
    SENSITIVE,
    VISIBILITY,
)
from provider.protocol import Draft, DraftMedia

VIDEO: Final = ("video/", "audio/", "image/gif")


@dataclass(frozen=True, slots=True)
class StatusDraft:
    """One status to publish: `key` is its idempotency key."""

    key: str
    text: str
    media: tuple[DraftMedia, ...]
    visibility: str | None
    warning: str
    language: str | None
    sensitive: bool

    def body(self, in_reply_to: str | None) -> dict[str, Any]:
        """The body of the call. Without a visibility the account's own default counts."""
        optional = {
            "media_ids": [each.id for each in self.media],
            "visibility": self.visibility,
            "spoiler_text": self.warning,
            "language": self.language,
            "sensitive": self.sensitive,
            "in_reply_to_id": in_reply_to,
        }
        return {"status": self.text, **{name: value for name, value in optional.items() if value}}


def build_statuses(draft: Draft) -> list[StatusDraft]:
    """The status of the post, and those of its thread, which have its visibility and language."""
    texts = [(draft.caption, draft.media), *((each.text, each.media) for each in draft.thread)]
    fields = draft.fields
    return [
        StatusDraft(
            key=idempotency_key(draft.marker, number),
            text=text,
            media=media,
            visibility=fields.get(VISIBILITY) or None,
            warning=fields.get(CONTENT_WARNING, ""),
            language=fields.get(LANGUAGE, "").strip() or None,
            sensitive=fields.get(SENSITIVE, "").lower() == "true",
        )
        for number, (text, media) in enumerate(texts)
    ]


def idempotency_key(marker: str, number: int) -> str:
    """The key of one status of a post, always the same: the marker itself stays with us."""
    return hashlib.sha256(f"{marker} {number}".encode()).hexdigest()


def check_media(status: StatusDraft) -> None:
    """GiveUp where Mastodon does not take these files together."""
    is_video = [each.content_type.startswith(VIDEO) for each in status.media]
    if any(is_video) and len(status.media) > 1:
        raise GiveUp("Mastodon takes images, or one video or GIF, not both in one post")


def unsupported_fields(draft: Draft) -> list[str]:
    """The draft's fields for Mastodon that no status has a place for, sorted."""
    return not_carried(CARRIED_FIELDS, draft.platform, draft.post_type, draft.fields)
