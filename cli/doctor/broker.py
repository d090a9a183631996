"""Checks that the broker can be reached, and that a Redis loses no messages."""

from typing import Any

from kombu.connection import Connection
from kombu.exceptions import OperationalError

from cli.doctor.check_result import CheckResult, fail_check, pass_check
from config.celery_settings import celery_settings
from config.settings import Settings
from models.away_causes import BROKER_CAUSES, find_cause

NAME = "broker"
TIMEOUT = 5
UNREACHABLE_FIX = "start it, or set SLOTBEAT_BROKER_URL to where it is"


def check(settings: Settings) -> CheckResult:
    """Connect to the broker; ask a Redis what it does when memory or disk is full."""
    if settings.broker_url.startswith("memory"):
        return pass_check(NAME, "in memory, inside slotbeat up")
    options = celery_settings(settings.broker_url)["broker_transport_options"]
    try:
        with Connection(settings.broker_url, transport_options=options) as connection:  # type: ignore[no-untyped-call]
            connection.ensure_connection(max_retries=1, interval_start=0.1, timeout=TIMEOUT)
            where = connection.as_uri()
            if not settings.broker_url.startswith("redis"):
                return pass_check(NAME, where)
            return _check_redis(where, connection.default_channel.client.info())
    except (OSError, OperationalError) as error:
        return _fail(" ".join(str(error).split()))


def _fail(message: str) -> CheckResult:
    cause = find_cause(BROKER_CAUSES, "", message)
    if cause is None:
        return fail_check(NAME, f"cannot be reached: {message}", UNREACHABLE_FIX)
    return fail_check(NAME, f"takes no messages: {cause.sentence} ({message})", cause.fix)


def _check_redis(where: str, info: dict[str, Any]) -> CheckResult:
    if info.get("role") == "slave":
        return _fail(f"READONLY: {where} is a replica")
    if 0 < info.get("maxmemory", 0) <= info.get("used_memory", 0):
        return _fail(f"OOM: {where} uses all of its maxmemory")
    if "err" in (info.get("rdb_last_bgsave_status"), info.get("aof_last_write_status")):
        message = f"{where} cannot write to its disk, and may refuse messages"
        return fail_check(NAME, message, "free space on its disk, or fix its permissions")
    policy = info.get("maxmemory_policy", "noeviction")
    if policy != "noeviction":
        message = f"{where} drops messages when its memory is full ({policy})"
        return fail_check(NAME, message, "redis-cli config set maxmemory-policy noeviction")
    if not info.get("aof_enabled"):
        message = f"{where} loses its messages at a restart; they are sent again later"
        return pass_check(NAME, message, "redis-cli config set appendonly yes")
    return pass_check(NAME, f"{where}, noeviction, append-only file")
