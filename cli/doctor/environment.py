"""The settings: are they valid together, and is no variable a slip?"""

from api.bootstrap import rate_limit_redis_url
from cli.doctor.check_result import CheckResult, fail_check, pass_check
from config.settings import BadSettings, Settings, unknown_variables

NAME = "settings"


def check(settings: Settings) -> CheckResult:
    """What the processes would say at their start, and variables that no setting has."""
    try:
        rate_limit_redis_url(settings)
    except BadSettings as error:
        return fail_settings(error)
    unknown_names = unknown_variables()
    if unknown_names:
        return fail_check(NAME, "; ".join(unknown_names), "mend their names, or remove them")
    return pass_check(NAME, "all valid")


def fail_settings(error: BadSettings) -> CheckResult:
    """Settings that nothing starts with."""
    return fail_check(NAME, str(error), "set what is named to what is said there")
