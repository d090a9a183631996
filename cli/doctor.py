"""`slotbeat doctor`: is everything well? Each check is ok, or says the mend."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version

import httpx
import typer
from kombu.connection import Connection
from kombu.exceptions import OperationalError
from sqlalchemy.exc import DBAPIError

from api.main import open_storage, surroundings
from api.routes.health import problems
from cli.doctor_workspaces import examine_workspaces
from cli.output import Json, console, print_json
from cli.workspaces import shared
from config.broker import celery_settings
from config.settings import BadSettings, Settings, load, unknown_variables
from models.database import Database
from models.store import clock
from models.store.credentials import Credentials
from models.upgrade import level, newest_level, zone_data
from provider.swonkie.wire import REFUSED
from storage import Missing, Unavailable

MAX_SKEW = 2.0


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: what, whether it is well, and what to know or to do."""

    check: str
    ok: bool
    message: str


app = typer.Typer(add_completion=False)


@app.command()
def doctor(as_json: Json = False) -> None:
    """Check settings, database, broker, beat, workers, provider, files and clock; exit 1 if one
    fails.

    Example: slotbeat doctor
    """
    findings = examine()
    if as_json:
        print_json(
            {"checks": [{"check": f.check, "ok": f.ok, "message": f.message} for f in findings]}
        )
    else:
        for found in findings:
            mark, style = ("ok  ", "green") if found.ok else ("FAIL", "red")
            console.print(mark, end=" ", style=style)
            console.print(f"{found.check}: {found.message}", markup=False, highlight=False)
    if not all(found.ok for found in findings):
        raise typer.Exit(1)


def examine() -> list[Finding]:
    """All findings. Without settings there is nothing else to look at."""
    try:
        settings = load()
    except BadSettings as error:
        return [Finding("settings", ok=False, message=str(error))]
    slips = unknown_variables()
    findings = [Finding("settings", not slips, "; ".join(slips) or "all valid")]
    checks: dict[str, Callable[[Settings], Finding]] = {
        "database": _database,
        "zone database": _zones,
        "broker": _broker,
        "processes": _processes,
        "provider": _provider,
        "files": _files,
        "workspaces": lambda settings: Finding("workspaces", *examine_workspaces(settings)),
    }
    return findings + [check(settings) for check in checks.values()]


def _database(settings: Settings) -> Finding:
    database = Database(settings.database_url)
    try:
        found, wanted = level(database), newest_level()
        with database.read() as session:
            skew = abs((clock.now(session) - datetime.now(UTC)).total_seconds())
    except DBAPIError as error:
        return Finding("database", ok=False, message=f"does not answer: {error.orig}")
    finally:
        database.close()
    if found != wanted:
        mend = f"stands at level {found or 'none'}, not {wanted}; run: slotbeat db upgrade"
        return Finding("database", ok=False, message=mend)
    if skew > MAX_SKEW:
        mend = f"its clock and this machine's differ by {skew:.1f} s; run a time service on both"
        return Finding("database", ok=False, message=mend)
    return Finding("database", ok=True, message=f"level {found}, clocks agree")


def _zones(settings: Settings) -> Finding:
    installed = version("tzdata")
    database = Database(settings.database_url)
    try:
        planned = zone_data(database)
    except DBAPIError:  # the finding on the database says what to do
        planned = None
    finally:
        database.close()
    if planned not in (None, installed):
        mend = f"the slots were planned with tzdata {planned}, installed is {installed}; "
        return Finding("zone database", ok=False, message=mend + "run: slotbeat slots replan --all")
    return Finding("zone database", ok=True, message=f"tzdata {installed}")


def _broker(settings: Settings) -> Finding:
    if settings.broker_url.startswith("memory"):
        return Finding("broker", ok=True, message="in memory, inside `slotbeat up`")
    options = celery_settings(settings.broker_url)["broker_transport_options"]
    try:
        with Connection(settings.broker_url, transport_options=options) as connection:  # type: ignore[no-untyped-call]
            connection.ensure_connection(max_retries=1, timeout=5)
            where = connection.as_uri()
    except (OSError, OperationalError) as error:
        return Finding("broker", ok=False, message=f"cannot be reached: {error}")
    return Finding("broker", ok=True, message=where)


def _processes(settings: Settings) -> Finding:
    try:
        around = surroundings(settings)
    except BadSettings as error:
        return Finding("beat and workers", ok=False, message=str(error))
    missing = problems(around)
    around.database.close()
    mend = "; ".join(missing) + "; start them (slotbeat up, or the Procfile's processes)"
    return Finding("beat and workers", not missing, mend if missing else "alive")


def _provider(settings: Settings) -> Finding:
    try:
        status = _asked(settings)
    except (httpx.TransportError, httpx.InvalidURL, ValueError) as error:
        mend = f"{settings.provider_url} cannot be reached ({type(error).__name__})"
        return Finding("provider", ok=False, message=mend)
    if status in REFUSED:
        mend = "refuses the credentials: set SLOTBEAT_SWONKIE_API_ID and SLOTBEAT_SWONKIE_API_KEY"
        return Finding("provider", ok=False, message=mend)
    ok = httpx.codes.is_success(status)
    return Finding("provider", ok, f"{settings.provider} answers {status}")


def _files(settings: Settings) -> Finding:
    """Whether the storage of callers' own files answers; no object has this name."""
    try:
        asyncio.run(open_storage(settings).size("doctor"))
    except Missing:
        return Finding("files", ok=True, message=settings.media_storage)
    except Unavailable as error:
        mend = f"{settings.media_storage} does not answer, or refuses the keys ({error})"
        return Finding("files", ok=False, message=mend)
    except BadSettings as error:
        return Finding("files", ok=False, message=str(error))
    return Finding("files", ok=True, message=settings.media_storage)


def _asked(settings: Settings) -> int:
    """The status of the answer to the environment's first key that is taken, else to the last."""
    found = shared(settings) or Credentials("slotbeat", "slotbeat")
    for key in filter(None, (found.primary, found.secondary)):
        headers = {"X-API-ID": found.api_id, "X-API-KEY": key}
        answer = httpx.get(f"{settings.provider_url}/profiles", headers=headers, timeout=10)
        if answer.status_code not in REFUSED:
            break
    return answer.status_code
