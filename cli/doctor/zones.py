"""The zone database: are slots planned with the one that is installed?"""

from importlib.metadata import version

from cli.doctor.finding import Finding, ill, well
from config.settings import Settings
from models.database import Database
from models.upgrade import recorded_tzdata_version

CHECK = "zone database"


def look(_: Settings, database: Database) -> Finding:
    """The version of both."""
    installed, planned = version("tzdata"), recorded_tzdata_version(database)
    if planned not in (None, installed):
        words = f"the slots were planned with tzdata {planned}, installed is {installed}"
        return ill(CHECK, words, "slotbeat slots replan --all")
    return well(CHECK, f"tzdata {installed}")
