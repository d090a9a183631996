"""The broker: can it be reached, and does a Redis keep what it is given?"""

from typing import Any

from kombu.connection import Connection
from kombu.exceptions import OperationalError

from cli.doctor.finding import Finding, ill, well
from config.broker import celery_settings
from config.settings import Settings

CHECK = "broker"
TIMEOUT = 5
AWAY = "start it, or set SLOTBEAT_BROKER_URL to where it is"


def look(settings: Settings) -> Finding:
    """Whether it answers; of a Redis also what it does when memory or disk are full."""
    if settings.broker_url.startswith("memory"):
        return well(CHECK, "in memory, inside slotbeat up")
    options = celery_settings(settings.broker_url)["broker_transport_options"]
    try:
        with Connection(settings.broker_url, transport_options=options) as connection:  # type: ignore[no-untyped-call]
            connection.ensure_connection(max_retries=1, interval_start=0.1, timeout=TIMEOUT)
            where = connection.as_uri()
            if not settings.broker_url.startswith("redis"):
                return well(CHECK, where)
            return _redis(where, connection.default_channel.client.info())
    except (OSError, OperationalError) as error:
        return ill(CHECK, f"cannot be reached: {' '.join(str(error).split())}", AWAY)


def _redis(where: str, info: dict[str, Any]) -> Finding:
    if "err" in (info.get("rdb_last_bgsave_status"), info.get("aof_last_write_status")):
        words = f"{where} cannot write to its disk, and may refuse messages"
        return ill(CHECK, words, "free its disk, or mend its rights")
    policy = info.get("maxmemory_policy", "noeviction")
    if policy != "noeviction":
        words = f"{where} throws messages away when its memory is full ({policy})"
        return ill(CHECK, words, "redis-cli config set maxmemory-policy noeviction")
    if not info.get("aof_enabled"):
        words = f"{where} forgets its messages with a restart; they are sent again, later"
        return well(CHECK, words, "redis-cli config set appendonly yes")
    return well(CHECK, f"{where}, noeviction, append-only file")
