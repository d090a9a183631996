"""The labels of posts, as rows by which posts are found, and those that an organization uses."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlmodel import Session

from models.posts import Post
from models.tables import POST, POST_LABEL
from models.text_folding import fold


def rows_of(post_id: str, organization_id: str, labels: Iterable[str]) -> list[dict[str, Any]]:
    """The rows of a post's labels."""
    by_key = {fold(label): label for label in labels}
    owner = {"post_id": post_id, "organization_id": organization_id}
    return [{**owner, "key": key, "label": label} for key, label in by_key.items()]


def replace_all(session: Session, post: Post, labels: Sequence[str], search_text: str) -> None:
    """Give the post these labels instead of those it has."""
    connection = session.connection()
    values = {"labels": [*labels], "search_text": search_text, "is_history_pruned": False}
    connection.execute(update(POST).where(POST.c.id == post.id).values(**values))
    connection.execute(delete(POST_LABEL).where(POST_LABEL.c.post_id == post.id))
    rows = rows_of(post.id, post.organization_id, labels)
    if rows:
        connection.execute(insert(POST_LABEL), rows)
    session.expire(post)


def count_known(session: Session, organization_id: str, limit: int) -> list[tuple[str, int]]:
    """The labels that the organization's posts have, in one spelling each, with the number of
    posts; those on most posts first."""
    count = func.count()
    query = (
        select(func.min(POST_LABEL.c.label), count)
        .where(POST_LABEL.c.organization_id == organization_id)
        .group_by(POST_LABEL.c.key)
        .order_by(count.desc(), POST_LABEL.c.key)
        .limit(limit)
    )
    return [(row[0], row[1]) for row in session.connection().execute(query)]
