"""One action on many posts: each in a transaction of its own, so that one that is refused stops no
other, and other requests of the organization take turns with it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlmodel import Session

from media.graphemes import shorten
from models.actors import Scope, current_actor
from models.posts import Post
from models.store import clock
from models.store.posts import posts
from models.store.tenants import social_settings
from services import presenters
from services.context import AppContext
from services.errors import (
    SWITCHED_OFF,
    NotFound,
    PostingDisabled,
    ServiceError,
    invalid_field,
)
from services.inputs.bulk_body import NEEDED, BulkAction, BulkBody
from services.inputs.labels import clean_labels
from services.permissions import require
from services.posts import acknowledge, approval, post_labels, remove, retry
from services.posts.lookup import PostWithSettings, lock_post
from services.posts.move_days import move_by_days
from services.posts.to_queue import move_to_queue

MAX_WORDS: Final = 80
# These start nothing, so they are possible while social posting is switched off.
ALLOWED_WHEN_DISABLED: Final[tuple[BulkAction, ...]] = (
    "request_changes",
    "reject",
    "acknowledge",
    "remove",
    "add_label",
    "remove_label",
)
# A person's answer to posts that wait for approval.
REVIEWS: Final[tuple[BulkAction, ...]] = ("approve", "request_changes", "reject")
BulkChange = Callable[[Session, AppContext, PostWithSettings, BulkBody, datetime], None]


@dataclass(frozen=True, slots=True)
class BulkResult:
    """What became of one post. `problem`: why it was not changed, None where it was. `is_changed`:
    False also for a post that was as it was wanted."""

    post_id: str
    words: str
    status: str | None
    scheduled_for: datetime | None
    is_changed: bool
    problem: str | None = None


def run_bulk(context: AppContext, organization_id: str, body: BulkBody) -> list[BulkResult]:
    """Change the posts; the results in the order of the ids, each id once. PostingDisabled where
    the action would start something while posting is switched off, NotAllowed where the caller may
    not take it."""
    require(Scope.APPROVE if body.action in REVIEWS else Scope.WRITE)
    _check_needed(body)
    ids = list(dict.fromkeys(body.ids))
    if body.action not in ALLOWED_WHEN_DISABLED:
        _check_enabled(context, organization_id)
    results = {
        post_id: _run_one(context, organization_id, post_id, body)
        for post_id in _in_order(context, organization_id, ids, body)
    }
    return [results[post_id] for post_id in ids]


def _check_needed(body: BulkBody) -> None:
    needed = NEEDED.get(body.action)
    if needed is not None and not getattr(body, needed):
        raise invalid_field(needed, f'is required for action "{body.action}", and not 0')


def present_bulk(results: Sequence[BulkResult]) -> dict[str, Any]:
    """The answer to POST posts/bulk."""
    return {
        "done": sum(each.problem is None for each in results),
        "refused": sum(each.problem is not None for each in results),
        "results": [
            {
                "id": each.post_id,
                "ok": each.problem is None,
                "changed": each.is_changed,
                "caption": each.words,
                "status": each.status,
                "scheduledFor": presenters.format_instant(each.scheduled_for),
                "problem": each.problem,
            }
            for each in results
        ],
    }


def load_words(session: Session, organization_id: str, ids: Sequence[str]) -> list[str]:
    """The words of the posts among these ids, in their order."""
    found = posts.find_by_ids(session, organization_id, [*ids])
    return [_words(found[id_]) for id_ in dict.fromkeys(ids) if id_ in found]


def _in_order(
    context: AppContext, organization_id: str, ids: list[str], body: BulkBody
) -> list[str]:
    """The order of the changes. Posts that move later begin with the last one, so that each finds
    the place of the next one free."""
    if body.action != "move_days":
        return ids
    with context.database.read() as session:
        found = posts.find_by_ids(session, organization_id, ids)
    slots = {id_: post.scheduled_for or post.accepted_at for id_, post in found.items()}
    known = sorted(slots, key=lambda id_: slots[id_], reverse=(body.days or 0) > 0)
    return [*known, *(id_ for id_ in ids if id_ not in slots)]


def _run_one(context: AppContext, organization_id: str, post_id: str, body: BulkBody) -> BulkResult:
    try:
        with context.database.write() as session:
            before, after = _change(session, context, organization_id, post_id, body)
    except ServiceError as error:
        return _refused(context, organization_id, post_id, error)
    return BulkResult(
        post_id,
        _words(after),
        after.status,
        after.scheduled_for,
        is_changed=before != _state(after),
    )


def _change(
    session: Session, context: AppContext, organization_id: str, post_id: str, body: BulkBody
) -> tuple[tuple[object, ...], Post]:
    """The state of the post before, and the post after the change."""
    found = lock_post(session, organization_id, post_id, None)
    before = _state(found.post)
    CHANGES[body.action](session, context, found, body, clock.now(session))
    session.flush()
    session.expire_all()
    after = posts.get(session, organization_id, post_id) or found.post
    session.expunge(after)
    return before, after


def _state(post: Post) -> tuple[object, ...]:
    return post.status, post.scheduled_for, post.late_at, post.content_version, [*post.labels]


def _refused(
    context: AppContext, organization_id: str, post_id: str, error: ServiceError
) -> BulkResult:
    with context.database.read() as session:
        post = None if isinstance(error, NotFound) else posts.get(session, organization_id, post_id)
        words, status = (_words(post), post.status) if post else ("", None)
        at = post.scheduled_for if post else None
    sentence = "; ".join(each["message"] for each in error.details) or error.message
    return BulkResult(post_id, words, status, at, is_changed=False, problem=sentence)


def _words(post: Post) -> str:
    return shorten(" ".join((post.caption or post.title or "").split()), MAX_WORDS)


def _check_enabled(context: AppContext, organization_id: str) -> None:
    with context.database.read() as session:
        settings = social_settings.read_settings(session, organization_id)
    if settings.suspended_at is not None:
        raise PostingDisabled(SWITCHED_OFF)
    if not settings.is_enabled:
        raise PostingDisabled


def _approve(
    session: Session, context: AppContext, found: PostWithSettings, body: BulkBody, now: datetime
) -> None:
    approval.approve(session, context, found, now, comment=body.comment)


def _request_changes(
    session: Session, _: AppContext, found: PostWithSettings, body: BulkBody, now: datetime
) -> None:
    approval.request_changes(session, found, body.comment or "", None, now)


def _reject(
    session: Session, _: AppContext, found: PostWithSettings, body: BulkBody, now: datetime
) -> None:
    approval.reject(session, found, body.comment, now)


def _submit(
    session: Session, _: AppContext, found: PostWithSettings, body: BulkBody, now: datetime
) -> None:
    approval.submit(session, found, body.comment, now)


def _release(
    session: Session, context: AppContext, found: PostWithSettings, _: BulkBody, now: datetime
) -> None:
    del now  # the release reads the clock itself
    approval.release(session, context, found, next_slot=False)


def _acknowledge(
    session: Session, _: AppContext, found: PostWithSettings, _body: BulkBody, now: datetime
) -> None:
    acknowledge.acknowledge(session, found, current_actor().name, now)


def _queue(
    session: Session, context: AppContext, found: PostWithSettings, _: BulkBody, now: datetime
) -> None:
    move_to_queue(session, context, found, now)


def _move_days(
    session: Session, context: AppContext, found: PostWithSettings, body: BulkBody, now: datetime
) -> None:
    move_by_days(session, context, found, body.days or 0, now)


def _add_label(
    session: Session, _: AppContext, found: PostWithSettings, body: BulkBody, now: datetime
) -> None:
    labels = post_labels.with_label(found.post.labels, body.label or "")
    try:
        post_labels.change_labels(session, found, clean_labels(labels), now)
    except ValueError as error:
        raise ServiceError(f"its labels {error}") from None


def _remove_label(
    session: Session, _: AppContext, found: PostWithSettings, body: BulkBody, now: datetime
) -> None:
    labels = post_labels.without_label(found.post.labels, body.label or "")
    post_labels.change_labels(session, found, labels, now)


def _remove(
    session: Session, context: AppContext, found: PostWithSettings, _: BulkBody, now: datetime
) -> None:
    remove.remove(session, context, found, now)


def _retry(
    session: Session, context: AppContext, found: PostWithSettings, _: BulkBody, now: datetime
) -> None:
    retry.retry(session, context, found, now)


CHANGES: Final[dict[BulkAction, BulkChange]] = {
    "approve": _approve,
    "request_changes": _request_changes,
    "reject": _reject,
    "submit": _submit,
    "release": _release,
    "acknowledge": _acknowledge,
    "queue": _queue,
    "move_days": _move_days,
    "add_label": _add_label,
    "remove_label": _remove_label,
    "remove": _remove,
    "retry": _retry,
}
