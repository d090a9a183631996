"""Checks that the provider accepts the credentials of every connection."""

from cli.credentials.connection_view import connection_state, load_connections_in_use
from cli.doctor.check_result import CheckResult, fail_check, pass_check
from cli.doctor.provider import CREDENTIALS_FIX
from cli.time_format import format_iso
from config.settings import Settings
from models.accounts import Connection
from models.database import Database

NAME = "connections"
ENVIRONMENT = "the environment"


def check(_: Settings, database: Database) -> CheckResult:
    """List the connections with the state that workers stored, and the fix for refused ones."""
    in_use = load_connections_in_use(database)
    message = "; ".join(_describe(connection, name) for connection, name in in_use) or "none yet"
    fixes = [_fix_for(connection) for connection, _ in in_use if connection.refused_at is not None]
    return fail_check(NAME, message, "; ".join(fixes)) if fixes else pass_check(NAME, message)


def _describe(connection: Connection, name: str | None) -> str:
    since = f" since {format_iso(connection.refused_at)}" if connection.refused_at else ""
    return f"{name or ENVIRONMENT}: {connection_state(connection)}{since}"


def _fix_for(connection: Connection) -> str:
    if connection.organization_id is None:
        return CREDENTIALS_FIX
    return f"slotbeat credentials set --org {connection.organization_id}"
