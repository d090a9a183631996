"""The posts that wait for approval, the oldest first, with when each would go out."""

from typing import Any

from sqlmodel import Session

from models.store import clock
from models.store.posts import inbox
from models.store.posts.needs import Need
from services.context import AppContext
from services.posts.list_posts import present_posts
from services.posts.planned_instants import MAX_PLANNED, plan_posts, present_plan


def list_approvals(
    session: Session, context: AppContext, organization_id: str, *, origin: str = ""
) -> dict[str, Any]:
    """The answer to GET approvals: at most `MAX_PLANNED` posts, and how many there are."""
    rows = inbox.list_posts(session, organization_id, Need.APPROVAL, MAX_PLANNED)
    plans = plan_posts(session, context, organization_id, rows, clock.now(session))
    listed = present_posts(session, context.cipher, rows, origin=origin)
    return {
        "posts": [{**each, **present_plan(plans[each["id"]])} for each in listed],
        "total": inbox.count_by_need(session, organization_id).get(Need.APPROVAL, 0),
    }
