"""Addresses without an organization, such as `/rules`: they lead to the page of the organization
that the browser has signed in to. Bookmarks and documentation use them."""

from collections.abc import Iterable

from fastapi import APIRouter, Request
from fastapi.routing import APIRoute
from starlette.responses import Response

from api.deps import ContextDep
from ui.organization_path import organization_base
from ui.sign_in.auth import find_signed_in
from ui.templating import redirect


def short_addresses(pages: Iterable[APIRouter]) -> APIRouter:
    """A router with a redirect for each page."""
    router = APIRouter(include_in_schema=False)
    routes = (each for router in pages for each in router.routes if isinstance(each, APIRoute))
    for route in routes:
        if route.methods == {"GET"}:
            router.add_api_route(route.path, _lead_to_page, methods=["GET"])
    return router


async def _lead_to_page(request: Request, context: ContextDep) -> Response:
    """Redirect to the page with its organization. SignInNeeded without a session."""
    owner = await find_signed_in(request, context)
    base = organization_base(owner.organization_id, owner.organization)
    query = f"?{request.url.query}" if request.url.query else ""
    return redirect(f"{base}{request.url.path}{query}")
