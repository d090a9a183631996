"""The calendar and its pages for people: server-rendered HTML, a style sheet and small scripts.

- `sign_in/`: session cookie, CSRF protection, `CurrentVisitor` (the dependency of every page)
- `calendar/`: the week and the month · `list/`: one line a post, and changing many at once
- `filters/`: search and filters in the address · `post/`: one post and its actions
- `compose/`: the editor for new posts, copies and changes
- `rules/`: queue-slot rules, blackouts, pausing the queue
- `keys/`: API keys, and the sessions that have signed in with them
- `accounts/`: the accounts, and the form that connects one · `imports/`: importing a spreadsheet
- `templating.py`: `render("name.html", visitor, **context)`, and the template filters
- `error_pages.py`, `security_headers.py`: the middleware around all pages

`templates/base.html` is the frame of every page; `templates/macros.html` holds what pages share.
Write no `style="…"` and no `onclick="…"`: the Content-Security-Policy forbids both.
"""

from typing import Final

from fastapi import FastAPI, Request
from starlette.responses import Response

from services.context import AppContext
from ui import components_page, error_pages, mark_page, obstacles_page, static_files
from ui.accounts import (
    accounts_page,
    authorize_page,
    callback_page,
    connect_page,
    link_page,
    result_page,
)
from ui.calendar import calendar_page, move_page, slot_picker_page
from ui.compose import compose_page, writing_page
from ui.imports import import_page
from ui.inbox import inbox_page
from ui.keys import keys_page, sessions_page
from ui.list import bulk_page, list_page
from ui.organization_path import ORGANIZATION_PREFIX
from ui.post import duplicate_post, post_actions, post_images, post_page
from ui.rules import rules_page
from ui.short_addresses import short_addresses
from ui.sign_in import sign_in_page, sign_out_page
from ui.sign_in.auth import has_session as has_session
from ui.sign_in.visitor import SignInNeeded

# Pages of one organization: its address begins with the organization (`organization_path`).
ORGANIZATION_ROUTERS: Final = (
    sign_out_page.router,
    calendar_page.router,
    obstacles_page.router,
    inbox_page.router,
    slot_picker_page.router,
    move_page.router,
    list_page.router,
    bulk_page.router,
    post_images.router,
    post_page.router,
    duplicate_post.router,
    post_actions.router,
    writing_page.router,
    compose_page.router,
    rules_page.router,
    accounts_page.router,
    connect_page.router,
    keys_page.router,
    sessions_page.router,
    mark_page.router,
    components_page.router,
    import_page.router,
)
OPEN_ROUTERS: Final = (
    static_files.router,
    sign_in_page.router,
    link_page.router,
    authorize_page.router,
    callback_page.router,
    result_page.router,
)


def install(app: FastAPI, context: AppContext) -> None:
    """Add the pages to the web application: routes, middleware, redirect to the sign-in page."""
    app.add_middleware(
        error_pages.HtmlPagesMiddleware, allow_http_media=context.allow_private_media
    )
    for router in ORGANIZATION_ROUTERS:
        app.include_router(router, prefix=ORGANIZATION_PREFIX)
    for router in (*OPEN_ROUTERS, short_addresses(ORGANIZATION_ROUTERS)):
        app.include_router(router)

    @app.exception_handler(SignInNeeded)
    async def _sign_in_first(request: Request, error: SignInNeeded) -> Response:
        return error_pages.redirect_to_sign_in(request, error)
