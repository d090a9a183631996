"""What a request may need: the surroundings, and the organization that it speaks for."""

import hmac
import json
import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from fastapi import Depends, Query, Request
from fastapi.concurrency import run_in_threadpool

from api.errors import ApiError
from models.database import Database
from models.store import organizations
from models.vault import Vault
from scheduler.calendar import Terms

_ID = re.compile("[0-9a-f]{32}")
NO_ORGANIZATION = "organizationId is required when not using API key"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the routes work with, made by the entry point."""

    database: Database
    vault: Vault
    provider: str
    terms: Terms
    admin_token: str | None
    allow_private_media: bool
    # Nearer to its instant than this, what the provider's timer has is left alone.
    cancel_cutoff: timedelta = timedelta(seconds=30)


def surroundings(request: Request) -> Surroundings:
    """The app's surroundings."""
    found: Surroundings = request.app.state.surroundings
    return found


async def organization_id(
    request: Request,
    around: Annotated[Surroundings, Depends(surroundings)],
    in_query: Annotated[str | None, Query(alias="organizationId")] = None,
) -> str:
    """The id of the organization that the request may act for.

    An API key is bound to one; the operator's token names one in the query or the body.
    """
    named = _named(in_query, await _in_body(request))
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise (
            ApiError(401, "a Bearer API key is required")
            if named
            else ApiError(400, NO_ORGANIZATION)
        )
    return await run_in_threadpool(_resolve, around, token.strip(), named)


def _named(in_query: str | None, in_body: str | None) -> str | None:
    """The organization that a request names, in the query or in the body."""
    if in_query and in_body and in_query != in_body:
        raise ApiError(400, "organizationId in the query and in the body differ")
    return in_query or in_body


async def _in_body(request: Request) -> str | None:
    try:
        body = await request.json()
    except (json.JSONDecodeError, UnicodeDecodeError, RecursionError):
        return None  # the route's own validation says what is wrong with it
    named = body.get("organizationId") if isinstance(body, dict) else None
    return named if isinstance(named, str) else None


def _resolve(around: Surroundings, token: str, named: str | None) -> str:
    if around.admin_token and hmac.compare_digest(token.encode(), around.admin_token.encode()):
        return _of_operator(around, named)
    with around.database.read() as session:
        own = organizations.of_key(session, token)
    if own is None:
        raise ApiError(401, "the API key is unknown or revoked")
    if named not in (None, own):
        raise ApiError(403, "the API key belongs to another organization")
    return own


def _of_operator(around: Surroundings, named: str | None) -> str:
    if named is None:
        raise ApiError(400, NO_ORGANIZATION)
    with around.database.read() as session:
        if not _ID.fullmatch(named) or organizations.settings(session, named) is None:
            raise ApiError(404, "there is no such organization")
    return named


Around = Annotated[Surroundings, Depends(surroundings)]
OrganizationId = Annotated[str, Depends(organization_id)]
