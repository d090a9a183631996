"""The list of all checks of `slotbeat doctor`, in the order of the output."""

from collections.abc import Callable
from functools import partial

from cli.doctor import (
    broker,
    clocks,
    connections,
    database,
    disk,
    environment,
    jobs,
    media_sources,
    media_storage,
    organizations,
    posts,
    processes,
    provider,
    quotas,
    rate_limit_redis,
    secret_key,
    zone_database,
)
from cli.doctor.check_result import CheckResult, skip_check
from cli.doctor.check_runner import run_checks
from config.provider_keys import check_provider_keys
from config.settings import BadSettings, Settings, load_settings
from models.database import Database

# Seconds for all checks of a group: first those without the database, then those with it.
TIMEOUT = 10.0
BASIC_CHECKS: dict[str, Callable[[Settings], CheckResult]] = {
    "settings": environment.check,
    "database": database.check,
    "broker": broker.check,
    "rate limits": rate_limit_redis.check,
    "provider": provider.check,
    "files": media_storage.check,
    "disk": disk.check,
}
# These need a database at the right revision.
DATABASE_CHECKS: dict[str, Callable[[Settings, Database], CheckResult]] = {
    "clocks": clocks.check,
    "zone database": zone_database.check,
    "secret key": secret_key.check,
    "beat": partial(processes.check, "beat"),
    "workers": partial(processes.check, "worker"),
    "organizations": organizations.check,
    "connections": connections.check,
    "jobs": jobs.check,
    "posts": posts.check,
    "quotas": quotas.check,
    "media sources": media_sources.check,
}


def run_all_checks(timeout: float = TIMEOUT) -> list[CheckResult]:
    """The results of all checks; `timeout` (s) is for each of the two groups.

    If the settings are invalid, that is the only result.
    """
    try:
        settings = load_settings()
        check_provider_keys(settings)
    except BadSettings as error:
        return [environment.fail_settings(error)]
    basic_results = run_checks(
        {name: partial(check, settings) for name, check in BASIC_CHECKS.items()}, timeout
    )
    is_ready = all(result.ok for result in basic_results if result.name == "database")
    return basic_results + (
        _run_database_checks(settings, timeout) if is_ready else _skip_database_checks()
    )


def _run_database_checks(settings: Settings, timeout: float) -> list[CheckResult]:
    db = Database(settings.database_url)
    try:
        checks = {name: partial(check, settings, db) for name, check in DATABASE_CHECKS.items()}
        return run_checks(checks, timeout)
    finally:
        db.close()


def _skip_database_checks() -> list[CheckResult]:
    return [skip_check(name, "needs the database, which is not ready") for name in DATABASE_CHECKS]
