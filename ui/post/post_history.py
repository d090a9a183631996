"""The history of a post on its page: from the API's rows to the lines of its story. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from models.posts import Delivery
from services.platform_names import platform_name
from services.posts.history_sentences import HistoryRow
from services.posts.post_story import Event, tell_story


def story_of(post: Mapping[str, Any], deliveries: Sequence[Delivery]) -> list[Event]:
    """The story of a post, as the API shows it; the deliveries say since when it is live."""
    live = [
        (platform_name(each.platform), each.published_at)
        for each in deliveries
        if each.published_at is not None
    ]
    return tell_story([_row(each) for each in post["history"]], live)


def _row(event: Mapping[str, Any]) -> HistoryRow:
    subject = event["subject"]
    is_file = subject.startswith("file ")
    next_at = event["nextAttemptAt"]
    return HistoryRow(
        at=datetime.fromisoformat(event["at"]),
        step=event["step"],
        outcome=event["outcome"],
        subject=_subject_name(subject, is_file=is_file),
        note=event["message"],
        http_status=event["httpStatus"],
        next_at=datetime.fromisoformat(next_at) if next_at else None,
        by=_actor_name(event),
        is_file=is_file,
    )


def _subject_name(subject: str, *, is_file: bool) -> str | None:
    if subject == "post":
        return None
    if subject == "a removed part":
        return "a network that it was taken off"
    return subject if is_file else platform_name(subject)


def _actor_name(event: Mapping[str, Any]) -> str | None:
    """Who did it; None for Slotbeat itself, and where it was not recorded."""
    by = event.get("by")
    return by["name"] if by and by["kind"] != "slotbeat" else None
