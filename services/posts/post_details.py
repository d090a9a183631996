"""A post with its whole history and what it is doing, for `GET posts/{id}` and `slotbeat posts
show`."""

from collections.abc import Sequence
from typing import Any

from sqlmodel import Session

from models.encryption import Cipher
from models.posts import Delivery, Media
from models.store.jobs import job_queue
from models.store.posts import history, posts
from models.store.posts.history import HistoryEntry
from models.task_names import JobKind
from services import presenters
from services.errors import NotFound
from services.posts.load_progress import load_progress, present_progress


def load_post_details(
    session: Session, cipher: Cipher, organization_id: str, post_id: str, *, origin: str = ""
) -> dict[str, Any]:
    """The post as in lists; `history`: every attempt, oldest first; `progress`: only where it is
    doing something. Or NotFound."""
    post = posts.get(session, organization_id, post_id)
    if post is None:
        raise NotFound("there is no such post")
    media, deliveries = posts.load_parts(session, [post_id])
    job_ids = job_queue.ids_of(session, JobKind.POST, [post_id])
    job_id, files = job_ids.get(post_id), media[post_id]
    post_json = presenters.present_post(
        post, job_id, files, deliveries[post_id], cipher, origin=origin
    )
    entries = history.list_for_post(session, post_id)
    return {
        **post_json,
        **present_progress(load_progress(session, [post_id])[post_id]),
        "history": present_history(entries, files, deliveries[post_id]),
    }


def present_history(
    entries: Sequence[HistoryEntry], media: list[Media], deliveries: list[Delivery]
) -> list[dict[str, Any]]:
    """The history of a post, with names for people of its media and deliveries."""
    names = _part_names(media, deliveries)
    return [_present_event(each, names) for each in entries]


def _part_names(media: list[Media], deliveries: list[Delivery]) -> dict[str, str]:
    """Names for people of a post's media and deliveries, by id."""
    files = {each.id: f"file {each.position + 1}" for each in media}
    return files | {each.id: each.platform for each in deliveries}


def _present_event(event: HistoryEntry, names: dict[str, str]) -> dict[str, Any]:
    return {
        "at": presenters.format_instant(event.at),
        "subject": names.get(event.subject_id, _other_subject(event)),
        "step": event.step,
        "outcome": event.outcome,
        "by": presenters.present_actor(event.actor),
        "durationMs": event.duration_ms,
        "httpStatus": event.http_status,
        "message": event.error,
        "nextAttemptAt": presenters.format_instant(event.next_attempt_at),
    }


def _other_subject(event: HistoryEntry) -> str:
    """The post itself, or a part of it that an edit took off it."""
    return "post" if event.subject_id == event.post_id else "a removed part"
