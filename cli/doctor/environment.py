"""Checks that the settings are valid together, and that no variable is misspelled."""

from api.bootstrap import rate_limit_redis_url
from cli.doctor.check_result import CheckResult, fail_check, pass_check
from config.settings import BadSettings, Settings, unknown_variables

NAME = "settings"


def check(settings: Settings) -> CheckResult:
    """Find what would stop a process at its start, and variables of no setting."""
    try:
        rate_limit_redis_url(settings)
    except BadSettings as error:
        return fail_settings(error)
    unknown_names = unknown_variables()
    if unknown_names:
        return fail_check(NAME, "; ".join(unknown_names), "correct their names, or remove them")
    return pass_check(NAME, "all valid")


def fail_settings(error: BadSettings) -> CheckResult:
    """The result for settings that no process can start with."""
    return fail_check(NAME, str(error), "correct the variables that are named there")
