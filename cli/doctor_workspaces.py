"""The doctor's look at the workspaces: does the provider take their keys?"""

from sqlalchemy.exc import DBAPIError

from api import answers
from cli.workspaces import state, states
from config.settings import Settings
from models.database import Database
from models.organizations import Workspace

ENVIRONMENT = "the environment"
MEND_SHARED = "set SLOTBEAT_SWONKIE_API_ID and SLOTBEAT_SWONKIE_API_KEY anew and restart"


def examine_workspaces(settings: Settings) -> tuple[bool, str]:
    """Whether no workspace is refused, and each one's state, with the mend where one is needed."""
    database = Database(settings.database_url)
    try:
        found = states(database)
    except DBAPIError:  # the finding on the database says what to do
        return True, "none yet"
    finally:
        database.close()
    words = [_words(workspace, name or ENVIRONMENT) for workspace, name in found]
    well = all(workspace.refused_at is None for workspace, _ in found)
    return well, "; ".join(words) or "none yet"


def _words(workspace: Workspace, name: str) -> str:
    if workspace.refused_at is None:
        return f"{name}: {state(workspace)}"
    own = f"run: slotbeat credentials set --org {workspace.organization_id}"
    mend = MEND_SHARED if workspace.organization_id is None else own
    return f"{name}: refused since {answers.instant(workspace.refused_at)}; {mend}"
