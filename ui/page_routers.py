"""Which routes the page has, and how they are put before the API's."""

from fastapi import FastAPI, Request
from starlette.responses import Response

from services.context import AppContext
from ui import error_pages, static_files
from ui.calendar import calendar_page
from ui.post import post_actions, post_images, post_page
from ui.publish import publish_page
from ui.rules import rules_page
from ui.sign_in import sign_in_page
from ui.sign_in.auth import SignInNeeded

# A page of another group is added here, with its router.
ROUTERS = (
    static_files.router,
    sign_in_page.router,
    calendar_page.router,
    post_images.router,
    post_page.router,
    post_actions.router,
    publish_page.router,
    rules_page.router,
)


def install(app: FastAPI, context: AppContext) -> None:
    """Let the app serve the page."""
    app.add_middleware(
        error_pages.HtmlPagesMiddleware, allow_http_media=context.allow_private_media
    )
    for router in ROUTERS:
        app.include_router(router)

    @app.exception_handler(SignInNeeded)
    async def _sign_in_first(request: Request, error: SignInNeeded) -> Response:
        return error_pages.redirect_to_sign_in(request, error)
