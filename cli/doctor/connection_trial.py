"""Tries connections as a worker uses them: asks each provider for its accounts."""

import asyncio
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass

from config.secret_key import secret_keys
from config.settings import Settings
from models.accounts import Connection
from models.database import Database
from models.encryption import Cipher
from models.snapshot import ConnectionView
from models.store.tenants.accounts import needs_attention
from provider.aiohttp_client import AiohttpClient
from provider.errors import ProviderError, Reconnect
from provider.protocol import Profile
from provider.registry import PROVIDERS
from services.connecting.client_pool import ClientPool
from worker.app import TIMEOUT, read_environment
from worker.provider_cache import ProviderCache

# Seconds for one connection, and how many are tried at once.
CALL_TIMEOUT = 5.0
TRIES_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of it: the problem, None without one; and whether the credentials are refused."""

    problem: str | None = None
    is_refused: bool = False


def try_connections(
    settings: Settings, database: Database, rows: Sequence[Connection]
) -> list[Trial]:
    """The trial of each connection. Like a worker, it may renew a session, and notes a refusal."""
    return asyncio.run(_try_all(settings, database, rows))


async def _try_all(
    settings: Settings, database: Database, rows: Sequence[Connection]
) -> list[Trial]:
    turns = asyncio.Semaphore(TRIES_AT_ONCE)
    pinned = ClientPool(TIMEOUT, allow_private=settings.allow_private_hosts)
    shared = AiohttpClient(TIMEOUT)
    async with pinned, aclosing(shared):
        cache = ProviderCache(
            database,
            Cipher(*secret_keys(settings)),
            read_environment(settings),
            PROVIDERS,
            shared,
            pinned,
        )

        async def try_one(row: Connection) -> Trial:
            async with turns:
                return await _try_connection(cache, row)

        return list(await asyncio.gather(*map(try_one, rows)))


async def _try_connection(cache: ProviderCache, row: Connection) -> Trial:
    view = ConnectionView(row.id, row.provider, row.address, None)
    try:
        async with asyncio.timeout(CALL_TIMEOUT):
            profiles = await cache.get(view).profiles()
    except ProviderError as error:
        return Trial(str(error), is_refused=isinstance(error, Reconnect))
    except TimeoutError:
        return Trial(f"no answer within {CALL_TIMEOUT:g} s")
    return Trial(_problem_of(profiles))


def _problem_of(profiles: Sequence[Profile]) -> str | None:
    bad = [each for each in profiles if needs_attention(each.status_level)]
    return ", ".join(f"{each.username or each.id} is {each.status_level}" for each in bad) or None
