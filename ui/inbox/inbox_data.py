"""Reads the inbox and the approvals in one snapshot of the database."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from sqlmodel import Session

from models.actors import parse_actor
from models.posts import Delivery, Post
from models.store import clock
from models.store.posts import inbox, post_queries
from models.store.posts.needs import Need
from services.context import AppContext
from services.inputs.bulk_body import BulkAction
from services.posts.planned_instants import (
    MAX_PLANNED,
    TIME_IS_OVER,
    PlannedInstant,
    plan_posts,
)
from services.presenters import present_review
from ui import static_files
from ui.inbox.inbox_rows import InboxRow, possible_actions
from ui.inbox.reasons import reasons
from ui.list.pictures import load_pictures
from ui.sign_in.visitor import MAX_COUNT, Visitor

OVER: Final = PlannedInstant(None, TIME_IS_OVER)
# So many posts of a group are shown at once.
MAX_ROWS: Final = 50
TITLES: Final = {
    Need.FAILED: "Failed",
    Need.UNKNOWN: "Maybe published",
    Need.MISSED: "Missed their slot",
    Need.HELD: "Waiting for their account",
    Need.APPROVAL: "Waiting for approval",
    Need.CHANGES: "Changes asked for",
}


@dataclass(frozen=True, slots=True)
class InboxGroup:
    """The posts that need the same. `total`: how many there are; `rows`: the first of them."""

    need: Need
    title: str
    total: int
    rows: Sequence[InboxRow]
    actions: Sequence[BulkAction]


@dataclass(frozen=True, slots=True)
class InboxPage:
    """A page with groups of rows. `count`: how many posts need a person. `etag` changes whenever
    the page changes."""

    groups: Sequence[InboxGroup]
    count: int
    etag: str


Loader = Callable[[AppContext, Visitor], InboxPage]


def load_inbox(context: AppContext, visitor: Visitor) -> InboxPage:
    """Everything that needs a person. Posts that wait for approval have a page of their own."""
    with context.database.read() as session:
        counts = inbox.count_by_need(session, visitor.organization_id)
        now = clock.now(session)
        groups = [
            _load_group(session, context, visitor, need, counts[need], now)
            for need in TITLES
            if need in counts
        ]
    return _page(visitor, groups, counts)


def load_approvals(context: AppContext, visitor: Visitor) -> InboxPage:
    """The posts that wait for approval, with when each would go out."""
    with context.database.read() as session:
        counts = inbox.count_by_need(session, visitor.organization_id)
        total = counts.get(Need.APPROVAL, 0)
        now = clock.now(session)
        group = _load_group(session, context, visitor, Need.APPROVAL, total, now, MAX_PLANNED)
    return _page(visitor, [group] if total else [], counts)


def _page(visitor: Visitor, groups: Sequence[InboxGroup], counts: Mapping[Need, int]) -> InboxPage:
    count = min(sum(counts.values()), MAX_COUNT)
    text = repr((static_files.VERSION, replace(visitor, inbox_count=count), groups))
    return InboxPage(groups, count, f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"')


def _load_group(
    session: Session,
    context: AppContext,
    visitor: Visitor,
    need: Need,
    total: int,
    now: datetime,
    limit: int = 0,
) -> InboxGroup:
    """One group. The inbox has no rows of posts that wait for approval, only their number."""
    size = limit or (0 if need is Need.APPROVAL else MAX_ROWS)
    owner = visitor.organization_id
    posts = inbox.list_posts(session, owner, need, size) if size else []
    ids = [each.id for each in posts]
    pictures = load_pictures(session, context, visitor.base, _with_photo(posts))
    deliveries = post_queries.load_deliveries(session, ids)
    plans: Mapping[str, PlannedInstant] = (
        plan_posts(session, context, owner, posts, now) if need is Need.APPROVAL else {}
    )
    rows = [
        _row(need, each, deliveries[each.id], pictures.get(each.id), plans.get(each.id))
        for each in posts
    ]
    return InboxGroup(need, TITLES[need], total, rows, possible_actions(need, visitor))


def _with_photo(posts: Sequence[Post]) -> list[str]:
    return [each.id for each in posts if each.post_type == "photo"]


def _row(
    need: Need,
    post: Post,
    deliveries: Sequence[Delivery],
    picture: str | None,
    planned: PlannedInstant | None,
) -> InboxRow:
    return InboxRow(
        id=post.id,
        caption=post.caption,
        kind=post.post_type,
        picture=picture,
        platforms=post.platforms,
        at=post.scheduled_for,
        writer=parse_actor(post.created_by).name if post.created_by else None,
        reasons=reasons(need, post, deliveries),
        review=present_review(post).get("review"),
        planned=planned,
        is_edited=need in (Need.FAILED, Need.CHANGES) or planned == OVER,
    )
