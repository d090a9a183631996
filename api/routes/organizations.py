"""Organizations, for the operator's token alone. An addition to the contract."""

from typing import Any, Final

from fastapi import APIRouter, Depends

from api.deps import ContextDep, require_operator
from api.openapi.route_responses import describe_responses
from api.schemas.organizations import (
    CreatedAnswer,
    DeleteBody,
    NameBody,
    OrganizationAnswer,
    OrganizationsAnswer,
)
from services import organizations

router = APIRouter(
    prefix="/organizations", tags=["organizations"], dependencies=[Depends(require_operator)]
)
# Who made a change, in the log.
BY: Final = "the operator's token"
RESPONSES: Final = describe_responses(OrganizationAnswer, 400, 401, 403, 404, 409, 429, 503)


@router.get(
    "",
    response_model=None,
    responses=describe_responses(OrganizationsAnswer, 400, 401, 403, 429, 503),
)
def list_organizations(context: ContextDep) -> dict[str, Any]:
    """All organizations."""
    found = organizations.list_all(context)
    return {"organizations": [organizations.present(each) for each in found]}


@router.post(
    "", response_model=None, responses=describe_responses(CreatedAnswer, 400, 401, 403, 429, 503)
)
def create_organization(body: NameBody, context: ContextDep) -> dict[str, Any]:
    """A new organization with its first API key."""
    return organizations.create(context, body.name, BY)


@router.get("/{organization_id}", response_model=None, responses=RESPONSES)
def get_organization(organization_id: str, context: ContextDep) -> dict[str, Any]:
    """An organization, and what of it may still go out after it was switched off."""
    return organizations.present_view(organizations.show(context, organization_id))


@router.post("/{organization_id}/rename", response_model=None, responses=RESPONSES)
def rename_organization(
    organization_id: str, body: NameBody, context: ContextDep
) -> dict[str, Any]:
    """Give it another name."""
    found = organizations.rename(context, organization_id, body.name, BY)
    return organizations.present_view(found)


@router.post("/{organization_id}/disable", response_model=None, responses=RESPONSES)
def disable_organization(organization_id: str, context: ContextDep) -> dict[str, Any]:
    """Switch it off: its keys open nothing, nothing of it goes out, and its webhooks stop."""
    return organizations.present_view(organizations.disable(context, organization_id, BY))


@router.post("/{organization_id}/enable", response_model=None, responses=RESPONSES)
def enable_organization(organization_id: str, context: ContextDep) -> dict[str, Any]:
    """Switch it on again; for slots that passed, the policy for missed slots decides."""
    return organizations.present_view(organizations.enable(context, organization_id, BY))


@router.post("/{organization_id}/delete", response_model=None, responses=RESPONSES)
def delete_organization(
    organization_id: str, body: DeleteBody, context: ContextDep
) -> dict[str, Any]:
    """Switch it off, and delete it with all that is its own, in the background."""
    found = organizations.delete(context, organization_id, body.name, BY, force=body.force)
    return organizations.present_view(found)
