"""The web process: `uvicorn api.main:app`."""

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from fastapi import FastAPI

import storage
from api import errors, paths
from api.deps import Surroundings
from api.front import document, door
from api.front.bodies import File
from api.front.rates import Rates
from api.routes import (
    accounts,
    approval,
    calendar,
    changes,
    health,
    imports,
    media,
    metrics,
    posts,
    queue,
    webhooks,
)
from api.routes import settings as settings_routes
from config import logs
from config.files import bad_storage, storage_settings
from config.secret_key import secret_keys
from config.settings import BadSettings, Settings, load_or_exit
from models.database import Database
from models.vault import Vault
from scheduler.calendar import Terms
from storage import BadStorage, Storage

PREFIX = paths.PREFIX
# What lies below the prefix: the contract, and what is ours beside it.
CONTRACT = (
    settings_routes,
    calendar,
    posts,
    changes,
    approval,
    accounts,
    queue,
    webhooks,
    media,
    imports,
)

# Posts as CSV or JSON Lines, in bytes.
MAX_IMPORT = 16 << 20


def open_storage(settings: Settings) -> Storage:
    """The storage of callers' own files; BadSettings where it cannot be one."""
    try:
        return storage.opened(**storage_settings(settings))
    except BadStorage as error:
        raise bad_storage(error) from None


def surroundings(settings: Settings, files: Storage | None = None) -> Surroundings:
    """What the routes work with, from the settings. `files`: the storage, for who serves them."""
    token = settings.admin_token
    return Surroundings(
        database=Database(settings.database_url),
        vault=Vault(*secret_keys(settings)),
        provider=settings.provider,
        terms=Terms(
            lead_time=timedelta(seconds=settings.lead_time),
            horizon=timedelta(seconds=settings.horizon),
            late_spacing=timedelta(seconds=settings.late_spacing),
        ),
        admin_token=token.get_secret_value() if token else None,
        allow_private_media=settings.allow_private_media,
        cancel_cutoff=timedelta(seconds=settings.cancel_cutoff),
        connect_url=settings.connect_url,
        missed_grace=timedelta(seconds=settings.missed_grace),
        public_url=settings.public_url,
        rate_limit=settings.rate_limit,
        rate_limit_url=_counting(settings),
        media_max_bytes=settings.media_max_bytes,
        storage=files or storage.in_memory(),
    )


def _counting(settings: Settings) -> str | None:
    """The Redis that counts requests; None where one process does it by itself."""
    if not settings.rate_limit or settings.rate_limit_url:
        return settings.rate_limit_url
    if settings.broker_url.startswith("memory"):
        return None
    if settings.broker_url.startswith("redis"):
        return settings.broker_url
    raise BadSettings(
        "SLOTBEAT_RATE_LIMIT_URL: must be a redis:// URL, for this broker cannot count requests; "
        "or switch the limit off with SLOTBEAT_RATE_LIMIT=0"
    )


def _rates(around: Surroundings) -> Rates:
    try:
        return Rates(around.rate_limit, around.rate_limit_url)
    except ValueError:
        sentence = "SLOTBEAT_RATE_LIMIT_URL: is no URL of a Redis (without it: SLOTBEAT_BROKER_URL)"
        raise BadSettings(sentence) from None


def create(around: Surroundings) -> FastAPI:
    """The application. It closes the database when it ends. BadSettings where it cannot be made."""
    rates = _rates(around)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        # What was imported stays: looking through it again and again stops requests for 80 ms.
        gc.collect()
        gc.freeze()
        yield
        await rates.close()
        around.database.close()

    # No page that loads scripts from elsewhere: the document itself is enough.
    app = FastAPI(
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        generate_unique_id_function=document.operation_id,
    )
    app.state.surroundings = around
    errors.install(app)
    files = {
        f"{PREFIX}/media": File(around.media_max_bytes, is_streamed=True),
        f"{PREFIX}/import": File(MAX_IMPORT),
    }
    door.install(app, rates, files)
    document.install(app)
    for routes in CONTRACT:
        app.include_router(routes.router, prefix=PREFIX)
    app.include_router(health.router)
    app.include_router(metrics.router)
    return app


def _from_environment() -> FastAPI:
    logs.configure()
    settings = load_or_exit()
    try:
        return create(surroundings(settings, open_storage(settings)))
    except BadSettings as error:
        raise SystemExit(str(error)) from None


def __getattr__(name: str) -> FastAPI:
    """`api.main.app`, made from the environment when uvicorn asks for it."""
    if name != "app":
        raise AttributeError(name)
    app = globals()["app"] = _from_environment()
    return app
