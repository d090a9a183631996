"""The web process: `uvicorn api.main:app`."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from fastapi import FastAPI

from api import errors
from api.deps import Surroundings
from api.routes import changes, health, posts, queue
from api.routes import settings as settings_routes
from config import logs
from config.secret_key import secret_keys
from config.settings import BadSettings, Settings, load_or_exit
from models.database import Database
from models.vault import Vault
from scheduler.calendar import Terms

PREFIX = "/api/organizations/social-posts"
# What lies below the prefix: the contract, and what is ours beside it.
CONTRACT = (settings_routes, posts, changes, queue)


def surroundings(settings: Settings) -> Surroundings:
    """What the routes work with, from the settings."""
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
    )


def create(around: Surroundings) -> FastAPI:
    """The application. It closes the database when it ends."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        yield
        around.database.close()

    app = FastAPI(title="Slotbeat", version="0.1.0", lifespan=lifespan)
    app.state.surroundings = around
    errors.install(app)
    for routes in CONTRACT:
        app.include_router(routes.router, prefix=PREFIX)
    app.include_router(health.router)
    return app


def _from_environment() -> FastAPI:
    logs.configure()
    settings = load_or_exit()
    try:
        return create(surroundings(settings))
    except BadSettings as error:
        raise SystemExit(str(error)) from None


def __getattr__(name: str) -> FastAPI:
    """`api.main.app`, made from the environment when uvicorn asks for it."""
    if name != "app":
        raise AttributeError(name)
    app = globals()["app"] = _from_environment()
    return app
