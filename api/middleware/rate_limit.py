"""Rate limit: requests a minute, counted in Redis for all API processes together."""

import math
import time
from dataclasses import dataclass

from limits import RateLimitItemPerMinute, WindowStats
from limits.aio.storage import MemoryStorage, RedisStorage, Storage
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from starlette.requests import Request

from api.client_network import client_network
from api.errors import ApiError
from api.middleware import request_state
from models.server_outage import ServerOutage

# A request waits at most this long (s) for Redis; then Redis counts as down.
REDIS_TIMEOUT = 0.5
# When Redis is tried again (s).
REDIS_RETRY_DELAY = 5.0


@dataclass(frozen=True, slots=True)
class RateWindow:
    """A caller's rate window after a request. `reset`: when the next one is allowed (Unix s)."""

    is_allowed: bool
    remaining: int
    reset: float


class RequestRateLimiter:
    """Counts requests a minute, in a Redis or, without its URL, in this process.

    While Redis is down, requests are not counted and all are allowed. ValueError for a URL that the
    Redis client cannot parse.
    """

    def __init__(self, per_minute: int, redis_url: str | None) -> None:
        self._item = RateLimitItemPerMinute(per_minute) if per_minute else None
        self._client = _client(redis_url) if redis_url and per_minute else None
        self._limiter = SlidingWindowCounterRateLimiter(_storage(self._client, redis_url))
        self._outage = ServerOutage(
            "the Redis of the rate limit",
            "does not answer, and requests are not counted",
            first_pause=REDIS_RETRY_DELAY,
            longest_pause=REDIS_RETRY_DELAY,
            jitter=lambda: 1.0,
        )

    async def count_organization(self, request: Request, organization_id: str) -> None:
        """Count an authenticated request; 429 over the limit."""
        self._apply_window(request, await self._count("organization", organization_id))

    async def count_unauthenticated(self, request: Request) -> None:
        """Count a request that failed to authenticate, by its address; 429 over the limit."""
        self._apply_window(request, await self._count("address", _client_network(request)))

    async def close(self) -> None:
        """Close the connections."""
        if self._client is not None:
            await self._client.aclose()

    def _apply_window(self, request: Request, window: RateWindow | None) -> None:
        if window is None or self._item is None:
            return
        request_state.get(request).headers |= {
            "X-RateLimit-Limit": str(self._item.amount),
            "X-RateLimit-Remaining": str(window.remaining),
            "X-RateLimit-Reset": str(round(window.reset * 1000)),
        }
        if not window.is_allowed:
            wait = max(1, math.ceil(window.reset - time.time()))
            sentence = f"more than {self._item.amount} requests in a minute"
            raise ApiError(429, sentence, retry_after=wait)

    async def _count(self, kind: str, name: str) -> RateWindow | None:
        """The caller's window; None without a limit, or while Redis is down."""
        if self._item is None or self._outage.seconds_until_try():
            return None
        try:
            is_allowed = await self._limiter.hit(self._item, kind, name)
            stats: WindowStats = await self._limiter.get_window_stats(self._item, kind, name)
        except (RedisError, OSError, ValueError, TypeError) as error:
            # The error's text is not logged: it may contain the URL with its password.
            self._outage.note_failure(type(error).__name__)
            return None
        self._outage.note_success()
        return RateWindow(is_allowed, stats.remaining, stats.reset_time)


def _client(url: str) -> Redis:
    return Redis.from_url(
        url,
        socket_timeout=REDIS_TIMEOUT,
        socket_connect_timeout=REDIS_TIMEOUT,
        retry=Retry(NoBackoff(), 0),
    )


def _storage(client: Redis | None, url: str | None) -> Storage:
    if client is None or url is None:
        return MemoryStorage()
    return RedisStorage(
        f"async+{url}",
        implementation="redispy",
        key_prefix="slotbeat:rate",
        connection_pool=client.connection_pool,  # type: ignore[arg-type]  # documented as that
    )


def _client_network(request: Request) -> str:
    """The address that failed attempts count against."""
    return client_network(request.client.host if request.client else "")
