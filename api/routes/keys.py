"""The API keys of an organization, for a key with all scopes or the operator. An addition to the
contract. `api.scopes` lets nobody else in."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from api.deps import ContextDep, OrganizationId
from api.openapi.route_responses import describe_responses
from api.schemas.keys import KeyAnswer, KeysAnswer, NewKeyAnswer
from services import api_keys
from services.inputs.key_bodies import NewKeyBody

router = APIRouter(prefix="/keys", tags=["keys"])


@router.get("", response_model=None, responses=describe_responses(KeysAnswer))
def list_keys(context: ContextDep, organization_id: OrganizationId) -> dict[str, Any]:
    """The organization's keys, revoked ones too."""
    return {"keys": api_keys.list_keys(context, organization_id)}


@router.post("", response_model=None, responses=describe_responses(NewKeyAnswer, 409))
def create_key(
    body: NewKeyBody, context: ContextDep, organization_id: OrganizationId
) -> dict[str, Any]:
    """Make a key; it is in this answer alone."""
    made, key = api_keys.create_key(context, organization_id, body)
    return {"key": made, "apiKey": key}


@router.delete("/{key_id}", response_model=None, responses=describe_responses(KeyAnswer, 404, 409))
def revoke_key(
    key_id: str,
    context: ContextDep,
    organization_id: OrganizationId,
    force: Annotated[bool, Query()] = False,
) -> dict[str, Any]:
    """Revoke a key: it opens nothing from now on. 409 for the last one with all scopes, unless
    `force` is true."""
    return {"key": api_keys.revoke_key(context, organization_id, key_id, force=force)}
