"""All checks, in the order in which they are read."""

from collections.abc import Callable
from functools import partial

from cli.doctor import (
    broker,
    clocks,
    database,
    disk,
    files,
    jobs,
    posts,
    processes,
    provider,
    rates,
    secret,
    variables,
    workspaces,
    zones,
)
from cli.doctor.finding import Finding, untold
from cli.doctor.running import run
from config.settings import BadSettings, Settings, load
from models.database import Database

# For all checks together, without the database and then with it (s).
LIMIT = 10.0
ALONE: dict[str, Callable[[Settings], Finding]] = {
    "settings": variables.look,
    "database": database.look,
    "broker": broker.look,
    "rate limits": rates.look,
    "provider": provider.look,
    "files": files.look,
    "disk": disk.look,
}
# What only a database at the right level can tell.
INSIDE: dict[str, Callable[[Settings, Database], Finding]] = {
    "clocks": clocks.look,
    "zone database": zones.look,
    "secret key": secret.look,
    "beat": partial(processes.look, "beat"),
    "workers": partial(processes.look, "worker"),
    "workspaces": workspaces.look,
    "jobs": jobs.look,
    "posts": posts.look,
}


def examine(limit: float = LIMIT) -> list[Finding]:
    """All findings, each of the two groups within `limit` (s). Without settings there is nothing
    else to look at."""
    try:
        settings = load()
    except BadSettings as error:
        return [variables.bad(error)]
    outside = run({name: partial(look, settings) for name, look in ALONE.items()}, limit)
    is_ready = all(found.ok for found in outside if found.check == "database")
    return outside + (_inside(settings, limit) if is_ready else _untold())


def _inside(settings: Settings, limit: float) -> list[Finding]:
    opened = Database(settings.database_url)
    try:
        looks = {name: partial(look, settings, opened) for name, look in INSIDE.items()}
        return run(looks, limit)
    finally:
        opened.close()


def _untold() -> list[Finding]:
    return [untold(name, "needs the database, which is not ready") for name in INSIDE]
