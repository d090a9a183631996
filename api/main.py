"""The web process: `uvicorn api.main:app`."""

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request

import ui
from api import caller, errors
from api.bootstrap import build_context, connection_limits, open_storage
from api.connections.guard_server import guard_listeners
from api.connections.limits import ConnectionLimits
from api.middleware import stack
from api.middleware.body_limit import MAX_JSON_BYTES, BodyRules, UploadRoute
from api.middleware.rate_limit import RequestRateLimiter
from api.openapi import document
from api.paths import is_page_path
from api.routes import (
    accounts,
    approval,
    approvals,
    bulk,
    calendar,
    changes,
    connect,
    health,
    imports,
    keys,
    media,
    metrics,
    organizations,
    posts,
    queue,
    webhooks,
)
from api.routes import settings as settings_routes
from config.settings import BadSettings, load_or_exit
from media import safe_transport
from models import schema_level
from services.calendar.kept_feeds import KeptFeeds
from services.calendar_import import calendar_rows
from services.connecting.connect_link import CONNECT_PATH
from services.context import AppContext
from services.posts.publish_queue import PublishQueue
from services.public_urls import API_PREFIX

# The routes below the prefix: the contract's and our own.
ROUTE_MODULES = (
    settings_routes,
    calendar,
    bulk,  # its paths are literal where those of `posts` have an id
    posts,
    changes,
    approval,
    approvals,
    accounts,
    connect,
    queue,
    webhooks,
    media,
    imports,
    keys,
    organizations,
)

# The forms that everybody may send, and their most bytes.
CONNECT_FORMS = (CONNECT_PATH, f"{CONNECT_PATH}/authorize", f"{CONNECT_PATH}/code")
OPEN_FORMS = {"/sign-in": 4 << 10, **dict.fromkeys(CONNECT_FORMS, 16 << 10)}


def _rate_limiter(context: AppContext) -> RequestRateLimiter:
    try:
        return RequestRateLimiter(context.rate_limit, context.rate_limit_url)
    except ValueError:
        sentence = "SLOTBEAT_RATE_LIMIT_URL: is no URL of a Redis (without it: SLOTBEAT_BROKER_URL)"
        raise BadSettings(sentence) from None


async def _is_known(request: Request) -> bool:
    """Whether a request's headers show who sends it: a session, a key, the operator's token."""
    context: AppContext = request.app.state.context
    if is_page_path(request.scope["path"]):  # `request.url` parses all of the address
        return ui.has_session(request, context)
    return await caller.is_known(request, context)


def _uploads(context: AppContext) -> dict[str, UploadRoute]:
    """The paths whose POST takes a file. Forms of pages carry files too: the page limits each file
    and the fields."""
    form = UploadRoute(context.media_max_bytes + MAX_JSON_BYTES, is_streamed=True)
    return {
        f"{API_PREFIX}/media": UploadRoute(context.media_max_bytes, is_streamed=True),
        f"{API_PREFIX}/import": UploadRoute(calendar_rows.MAX_BYTES),
        "/import": UploadRoute(calendar_rows.MAX_BYTES + MAX_JSON_BYTES, is_streamed=True),
        "/compose": form,
        "/compose/files": form,
    }


def create_app(context: AppContext, limits: ConnectionLimits | None = None) -> FastAPI:
    """The application; it closes the database on shutdown. BadSettings for a wrong Redis URL."""
    limits = limits or ConnectionLimits()
    limiter = _rate_limiter(context)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        # Imported modules are never freed. Without `freeze`, each full garbage collection scans
        # them and stops all requests for 80 ms.
        gc.collect()
        gc.freeze()
        with guard_listeners(limits):
            yield
        await limiter.close()
        await safe_transport.resolve.aclose()
        context.database.close()

    # FastAPI's documentation pages load scripts from other hosts, so they are off.
    app = FastAPI(
        lifespan=lifespan,
        # A redirect would name the Host header of the request, whoever wrote it.
        redirect_slashes=False,
        docs_url=None,
        redoc_url=None,
        generate_unique_id_function=document.operation_id,
    )
    app.state.context = context
    app.state.kept_feeds = KeptFeeds()
    app.state.publish_queue = PublishQueue(context)
    errors.install(app)
    stack.install(app, limiter, BodyRules(_uploads(context), OPEN_FORMS, _is_known, limits))
    document.install(app)
    for routes in ROUTE_MODULES:
        app.include_router(routes.router, prefix=API_PREFIX)
    app.include_router(health.router)
    app.include_router(metrics.router)
    ui.install(app, context)
    return app


def _from_environment() -> FastAPI:
    settings = load_or_exit("web")
    schema_level.check_or_exit(settings.database_url)
    try:
        context = build_context(settings, open_storage(settings))
        return create_app(context, connection_limits(settings))
    except BadSettings as error:
        raise SystemExit(str(error)) from None


def __getattr__(name: str) -> FastAPI:
    """`api.main.app`, made from the environment when uvicorn asks for it."""
    if name != "app":
        raise AttributeError(name)
    app = globals()["app"] = _from_environment()
    return app
