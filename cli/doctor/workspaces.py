"""Checks that the provider accepts the credentials of every workspace."""

from cli.credentials.workspace_view import load_workspaces_in_use, workspace_state
from cli.doctor.check_result import CheckResult, fail_check, pass_check
from cli.doctor.provider import CREDENTIALS_FIX
from cli.time_format import format_iso
from config.settings import Settings
from models.accounts import Workspace
from models.database import Database

NAME = "workspaces"
ENVIRONMENT = "the environment"


def check(_: Settings, database: Database) -> CheckResult:
    """List the workspaces with the state that workers stored, and the fix for refused ones."""
    in_use = load_workspaces_in_use(database)
    message = "; ".join(_describe(workspace, name) for workspace, name in in_use) or "none yet"
    fixes = [_fix_for(workspace) for workspace, _ in in_use if workspace.refused_at is not None]
    return fail_check(NAME, message, "; ".join(fixes)) if fixes else pass_check(NAME, message)


def _describe(workspace: Workspace, name: str | None) -> str:
    since = f" since {format_iso(workspace.refused_at)}" if workspace.refused_at else ""
    return f"{name or ENVIRONMENT}: {workspace_state(workspace)}{since}"


def _fix_for(workspace: Workspace) -> str:
    if workspace.organization_id is None:
        return CREDENTIALS_FIX
    return f"slotbeat credentials set --org {workspace.organization_id}"
