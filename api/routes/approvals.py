"""The list of posts that wait for approval. An addition to the contract."""

from typing import Any

from fastapi import APIRouter

from api.deps import ContextDep, OrganizationId
from api.openapi.route_responses import describe_responses
from api.schemas.approvals import ApprovalsAnswer
from services.posts.approval_list import list_approvals

router = APIRouter(tags=["approval"])


@router.get(
    "/approvals",
    response_model=None,
    responses=describe_responses(ApprovalsAnswer, 400, 401, 403, 404, 503),
)
def get_approvals(context: ContextDep, organization_id: OrganizationId) -> dict[str, Any]:
    """The posts that wait for approval, with when each would go out if it were approved now."""
    with context.database.read() as session:
        return list_approvals(session, context, organization_id, origin=context.public_url or "")
