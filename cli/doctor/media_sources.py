"""Names the organizations whose media sources send too slowly. The system is not at fault, so this
check never fails."""

from cli.doctor.check_result import CheckResult, pass_check
from config.settings import Settings
from models.database import Database
from models.store.posts import slow_sources

NAME = "media sources"


def check(_: Settings, database: Database) -> CheckResult:
    """Count the files that wait for another try, because their source was too slow."""
    with database.read() as session:
        counts = slow_sources.count_by_organization(session)
    if not counts:
        return pass_check(NAME, "none is too slow")
    named = ", ".join(f"{name} ({id_}): {count}" for id_, name, count in counts)
    return CheckResult(
        NAME, ok=True, message=f"files whose source was too slow: {named}",
        fix="the organization must use a faster host", needs_person=True,
    )  # fmt: skip
