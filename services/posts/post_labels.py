"""Changing the labels of a post, in any status: they never reach a provider."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlmodel import Session

from models.store.posts import history, post_labels
from models.text_folding import fold
from services.posts.lookup import PostWithSettings
from services.posts.search_text import SEARCHED, build_search_text

STEP: Final = "labels"
MAX_KNOWN: Final = 500


def change_labels(
    session: Session, found: PostWithSettings, labels: Sequence[str], now: datetime
) -> bool:
    """Give the post these labels, with a history row; False where it has them already. The post
    keeps its version: nothing is sent again."""
    post = found.post
    before = list(post.labels)
    if before == list(labels):
        return False
    text = build_search_text({name: getattr(post, name) for name in SEARCHED}, labels)
    post_labels.replace_all(session, post, labels, text)
    note = _history_note(before, labels)
    history.record(
        session,
        history.HistoryEntry(
            post.id, post.id, STEP, found.locked.status, now, error=note, emits_event=False
        ),
    )
    return True


def with_label(labels: Sequence[str], label: str) -> list[str]:
    """The labels with one more; as they are where it is among them in any case."""
    known = {fold(each) for each in labels}
    return [*labels] if fold(label) in known else [*labels, label]


def without_label(labels: Sequence[str], label: str) -> list[str]:
    """The labels without this one, in any case."""
    return [each for each in labels if fold(each) != fold(label)]


def list_known_labels(session: Session, organization_id: str) -> list[dict[str, Any]]:
    """The labels of an organization with the number of posts; those on most posts first."""
    found = post_labels.count_known(session, organization_id, MAX_KNOWN)
    return [{"label": label, "posts": count} for label, count in found]


def _history_note(before: Sequence[str], after: Sequence[str]) -> str:
    """What was added and what was taken off."""
    added = [each for each in after if each not in before]
    removed = [each for each in before if each not in after]
    parts = [("added", added), ("removed", removed)]
    return "; ".join(f"{word} {', '.join(labels)}" for word, labels in parts if labels) or "order"
