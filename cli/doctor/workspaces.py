"""The workspaces: does the provider take their keys?"""

from cli.doctor.finding import Finding, ill, well
from cli.doctor.provider import KEYS
from cli.times import iso
from cli.workspaces import state, states
from config.settings import Settings
from models.database import Database
from models.organizations import Workspace

CHECK = "workspaces"
ENVIRONMENT = "the environment"


def look(_: Settings, database: Database) -> Finding:
    """Each one's state, as the workers found it, with the mend of those that are refused."""
    found = states(database)
    words = "; ".join(_words(workspace, name) for workspace, name in found) or "none yet"
    mends = [_mend(workspace) for workspace, _ in found if workspace.refused_at is not None]
    return ill(CHECK, words, "; ".join(mends)) if mends else well(CHECK, words)


def _words(workspace: Workspace, name: str | None) -> str:
    since = f" since {iso(workspace.refused_at)}" if workspace.refused_at else ""
    return f"{name or ENVIRONMENT}: {state(workspace)}{since}"


def _mend(workspace: Workspace) -> str:
    if workspace.organization_id is None:
        return KEYS
    return f"slotbeat credentials set --org {workspace.organization_id}"
