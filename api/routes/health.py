"""Health checks: whether this process answers, and whether posts can be published."""

import logging
from datetime import datetime
from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from api.deps import ContextDep
from api.openapi.route_responses import describe_responses
from api.schemas.health import Health, Readiness
from models.database_errors import DATABASE_ERRORS, away_reason, public_reason
from models.store import clock
from models.store.jobs import heartbeats
from models.store.jobs.heartbeats import ALIVE_WINDOW, HEARTBEAT_WINDOW, ProcessHeartbeat
from services.context import AppContext

log = logging.getLogger(__name__)
router = APIRouter(tags=["health"])


@router.get("/healthz", response_model=None, responses=describe_responses(Health))
def healthz() -> dict[str, str]:
    """This process answers."""
    return {"status": "ok"}


READY_RESPONSES: dict[int | str, dict[str, Any]] = {
    **describe_responses(Readiness),
    503: {"model": Readiness, "description": "Posts cannot go out; `problems` says why."},
}


@router.get("/readyz", response_model=None, responses=READY_RESPONSES)
def readyz(context: ContextDep) -> JSONResponse:
    """Database, beat and workers are there; 503 says which is not."""
    answer = readiness(context)
    return JSONResponse(answer, 503 if answer["problems"] else 200)


def readiness(context: AppContext) -> dict[str, Any]:
    """The problems that stop publishing, and the processes with a recent heartbeat."""
    try:
        processes, now = _read_heartbeats(context)
    except DATABASE_ERRORS as error:
        # The route is public, so the error is only logged: it may name hosts and users.
        log.warning("the database does not answer: %s", away_reason(error) or error)
        return _answer([public_reason(error)], [])
    present = [_present_process(each, now) for each in processes]
    return _answer(_missing_processes(processes, now), present)


def _read_heartbeats(context: AppContext) -> tuple[list[ProcessHeartbeat], datetime]:
    with context.database.read() as session:
        now = clock.now(session)
        return heartbeats.list_alive(session, now - HEARTBEAT_WINDOW), now


def _answer(problems: list[str], processes: list[dict[str, Any]]) -> dict[str, Any]:
    status = "not ready" if problems else "ready"
    return {"status": status, "problems": problems, "processes": processes}


def _missing_processes(processes: list[ProcessHeartbeat], now: datetime) -> list[str]:
    missing = heartbeats.missing_kinds(((each.kind, each.at) for each in processes), now)
    window = f"in the last {ALIVE_WINDOW.seconds} s"
    return [f"no {kind} has left a heartbeat {window}" for kind in missing]


def _present_process(each: ProcessHeartbeat, now: datetime) -> dict[str, Any]:
    age = max((now - each.at).total_seconds(), 0.0)
    return {"name": each.id, "kind": each.kind, "ageSeconds": round(age, 3)}
