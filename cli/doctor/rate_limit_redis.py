"""Checks the Redis of the rate limiter, if it has its own."""

import redis

from cli.doctor.check_result import CheckResult, fail_check, pass_check
from config.settings import Settings

NAME = "rate limits"
TIMEOUT = 5


def check(settings: Settings) -> CheckResult:
    """Say where requests are counted; connect to the Redis if there is one."""
    if not settings.rate_limit:
        return pass_check(NAME, "switched off")
    if settings.rate_limit_url is None:
        where = "in this process" if settings.broker_url.startswith("memory") else "by the broker"
        return pass_check(NAME, f"{settings.rate_limit} requests a minute, counted {where}")
    try:
        client = redis.Redis.from_url(
            settings.rate_limit_url, socket_connect_timeout=TIMEOUT, socket_timeout=TIMEOUT
        )
        with client:
            client.ping()
    except (redis.RedisError, OSError, ValueError) as error:
        fix = "start it, or set SLOTBEAT_RATE_LIMIT_URL to where it is"
        return fail_check(NAME, f"its Redis cannot be reached: {error}", fix)
    return pass_check(NAME, f"{settings.rate_limit} requests a minute, counted by a separate Redis")
