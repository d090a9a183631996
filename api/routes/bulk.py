"""One action on many posts, and the labels that posts have: additions to the contract."""

from typing import Any

from fastapi import APIRouter

from api.deps import ContextDep, OrganizationId
from api.openapi.route_responses import describe_responses
from api.schemas.bulk import BulkAnswer, LabelsAnswer
from services.inputs.bulk_body import BulkBody
from services.posts.bulk import present_bulk, run_bulk
from services.posts.post_labels import list_known_labels

router = APIRouter(tags=["posts"])


@router.post(
    "/posts/bulk",
    response_model=None,
    responses=describe_responses(BulkAnswer, 400, 401, 403, 404, 429, 503),
)
def change_posts(
    body: BulkBody, context: ContextDep, organization_id: OrganizationId
) -> dict[str, Any]:
    """Approve, queue, move by days, label, remove or retry up to 200 posts. Each is changed by
    itself: the answer says which were not, and why."""
    return present_bulk(run_bulk(context, organization_id, body))


@router.get(
    "/posts/labels",
    response_model=None,
    responses=describe_responses(LabelsAnswer, 400, 401, 403, 404, 503),
)
def list_labels(context: ContextDep, organization_id: OrganizationId) -> dict[str, Any]:
    """The labels that the organization's posts have, at most 500, with the number of posts."""
    with context.database.read() as session:
        return {"labels": list_known_labels(session, organization_id)}
