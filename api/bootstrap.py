"""Builds the application context from the settings, for the web process and for commands.

It is not part of api/main.py, so that a command does not import the routes.
"""

import os
from datetime import timedelta

from api.connections.limits import ConnectionLimits, parse_proxies
from config.secret_key import secret_keys
from config.settings import BadSettings, Settings
from config.storage_settings import storage_error, storage_settings
from media.object_storage import ObjectStorage
from media.open_storage import InvalidStorageSettings, in_memory_storage, open_object_storage
from models.database import Database
from models.encryption import Cipher
from scheduler.seating.scheduling_config import SchedulingConfig
from services.connecting.connector import Connector
from services.context import AppContext
from services.quotas import Quotas


def open_storage(settings: Settings) -> ObjectStorage:
    """The storage of uploaded files; BadSettings where the settings name none that works."""
    try:
        return open_object_storage(**storage_settings(settings))
    except InvalidStorageSettings as error:
        raise storage_error(error) from None


def build_context(settings: Settings, files: ObjectStorage | None = None) -> AppContext:
    """The context of the settings. `files`: the storage of uploads; without it they are in memory,
    for callers that neither store nor serve files."""
    token = settings.admin_token
    return AppContext(
        # Before the database: its error names the setting of a folder that cannot be written.
        cipher=Cipher(*secret_keys(settings)),
        database=Database(settings.database_url),
        provider=settings.provider,
        scheduling=SchedulingConfig(
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
        hsts_seconds=settings.hsts_seconds,
        rate_limit=settings.rate_limit,
        rate_limit_url=rate_limit_redis_url(settings),
        media_max_bytes=settings.media_max_bytes,
        quotas=Quotas(
            settings.quota_open_posts,
            settings.quota_stored_bytes,
            settings.quota_stored_files,
            settings.quota_kept_answers,
        ),
        disk_reserve=settings.disk_reserve,
        storage=files or in_memory_storage(),
        connector=Connector(allow_private=settings.allow_private_hosts),
    )


def connection_limits(settings: Settings) -> ConnectionLimits:
    """The bounds on connections. The proxies are those that uvicorn trusts."""
    networks, trusts_all = parse_proxies(os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1"))
    return ConnectionLimits(
        request_timeout=settings.request_timeout,
        stall_timeout=settings.stall_timeout,
        connections=settings.max_connections,
        proxies=networks,
        trusts_all=trusts_all,
    )


def rate_limit_redis_url(settings: Settings) -> str | None:
    """The Redis that counts requests; None where the process counts its own. BadSettings where
    several processes need a Redis and none is set."""
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
