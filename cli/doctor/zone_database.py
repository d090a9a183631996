"""Checks that slots were planned with the installed time zone database."""

from importlib.metadata import version

from cli.doctor.check_result import CheckResult, fail_check, pass_check
from config.settings import Settings
from models.database import Database
from models.migrate import recorded_tzdata_version

NAME = "zone database"


def check(_: Settings, database: Database) -> CheckResult:
    """Compare the versions of tzdata."""
    installed, planned = version("tzdata"), recorded_tzdata_version(database)
    if planned not in (None, installed):
        message = f"the slots were planned with tzdata {planned}, but {installed} is installed"
        return fail_check(NAME, message, "slotbeat slots replan --all")
    return pass_check(NAME, f"tzdata {installed}")
