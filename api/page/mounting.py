"""Which routes the page has, and how they are put before the API's."""

from fastapi import FastAPI, Request
from starlette.responses import Response

from api.deps import AppContext
from api.page import (
    actions,
    assets,
    calendar,
    entering,
    headers,
    panel,
    pictures,
    publishing,
    rules,
)
from api.page.guard import SignInNeeded

# A page of another group is added here, with its router.
ROUTERS = (
    assets.router,
    entering.router,
    calendar.router,
    pictures.router,
    panel.router,
    actions.router,
    publishing.router,
    rules.router,
)


def install(app: FastAPI, around: AppContext) -> None:
    """Let the app serve the page."""
    app.add_middleware(headers.HtmlPagesMiddleware, allow_http_media=around.allow_private_media)
    for router in ROUTERS:
        app.include_router(router)

    @app.exception_handler(SignInNeeded)
    async def _sign_in_first(request: Request, error: SignInNeeded) -> Response:
        return headers.redirect_to_sign_in(request, error)
