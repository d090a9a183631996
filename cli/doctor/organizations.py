"""Checks the organizations that the operator has switched off or is deleting."""

from cli.doctor.check_result import CheckResult, pass_check
from config.settings import Settings
from models.database import Database
from models.store.posts import may_go_out
from models.store.tenants import organizations
from models.store.tenants.organizations import OrganizationState

NAME = "organizations"


def check(_: Settings, database: Database) -> CheckResult:
    """Count those that are switched off; a deletion that waits for a person is named."""
    with database.read() as session:
        states = organizations.list_states(session)
        deleting = [each for each in states if each.deletion_at]
        waiting = [
            each
            for each in deleting
            if not each.is_deletion_forced and may_go_out.count_possible(session, each.id)
        ]
    suspended = sum(each.suspended_at is not None for each in states) - len(deleting)
    message = f"{len(states)}; {suspended} switched off, {len(deleting)} being deleted"
    return _ask_person(message, waiting) if waiting else pass_check(NAME, message)


def _ask_person(message: str, waiting: list[OrganizationState]) -> CheckResult:
    ids = ", ".join(each.id for each in waiting)
    return CheckResult(
        NAME, ok=True, message=f"{message}; posts that may still go out hold up: {ids}",
        fix=f"slotbeat org show {waiting[0].id}", needs_person=True,
    )  # fmt: skip
