"""Requests that change something count against the organization's rate, like the API's."""

from fastapi import Request

from api.middleware.rate_limit import RequestRateLimiter
from ui.sign_in.auth import Visitor


async def count_request(request: Request, visitor: Visitor) -> None:
    """Count a request; 429 for one too many."""
    rates: RequestRateLimiter = request.app.state.rate_limiter
    await rates.count_organization(request, visitor.organization_id)
