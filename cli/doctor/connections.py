"""Checks that the provider accepts the credentials of every connection."""

from cli.credentials.connection_view import connection_state, load_connections_in_use
from cli.doctor.check_result import CheckResult, fail_check, pass_check
from cli.doctor.connection_trial import Trial, try_connections
from cli.doctor.provider import CREDENTIALS_FIX
from cli.time_format import format_iso
from config.settings import Settings
from models.accounts import Connection
from models.database import Database
from provider.registry import PROVIDERS

NAME = "connections"
ENVIRONMENT = "the environment"
# More are not tried: the check has ten seconds.
MAX_TRIED = 100


def check(settings: Settings, database: Database) -> CheckResult:
    """Try each organization's own connections; of the environment's, show the state that workers
    stored, because the check of the provider tries it."""
    in_use = load_connections_in_use(database)
    own = [row for row, _ in in_use if row.organization_id is not None][:MAX_TRIED]
    trials = dict(
        zip((row.id for row in own), try_connections(settings, database, own), strict=True)
    )
    message = "; ".join(_describe(row, name, trials.get(row.id)) for row, name in in_use)
    fixes = filter(None, (_fix_for(row, trials.get(row.id)) for row, _ in in_use))
    fix = "; ".join(dict.fromkeys(fixes))
    return fail_check(NAME, message, fix) if fix else pass_check(NAME, message or "none yet")


def _describe(row: Connection, name: str | None, trial: Trial | None) -> str:
    owner = name or ENVIRONMENT
    where = f"{owner}: {row.provider}" if row.address else owner
    if trial is None or trial.is_refused:
        since = f" since {format_iso(row.refused_at)}" if row.refused_at else ""
        state = connection_state(row) if trial is None else "refused"
        return f"{where}: {state}{since}" + (f" ({trial.problem})" if trial else "")
    return f"{where}: {trial.problem or 'ok'}"


def _fix_for(row: Connection, trial: Trial | None) -> str | None:
    """What a person has to do; None where nothing is wrong."""
    if row.organization_id is None:
        return CREDENTIALS_FIX if row.refused_at is not None else None
    is_refused = row.refused_at is not None if trial is None else trial.is_refused
    if is_refused:
        return _reconnect_command(row)
    if trial is not None and trial.problem is not None:
        return f"check the account and its server {row.address or ''}".rstrip()
    return None


def _reconnect_command(row: Connection) -> str:
    kind = PROVIDERS.get(row.provider)
    form = kind.connect_form if kind is not None else None
    if form is None:
        return f"slotbeat credentials set --org {row.organization_id}"
    return f"slotbeat accounts connect {form.platforms[0]} --org {row.organization_id}"
