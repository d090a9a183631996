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
from models.metric_families import is_broker_away
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
    """Database, broker, beat and workers are there; 503 says which is not."""
    answer = readiness(context)
    return JSONResponse(answer, 503 if answer["problems"] else 200)


def readiness(context: AppContext) -> dict[str, Any]:
    """The problems that stop publishing, and the processes with a recent heartbeat."""
    try:
        processes, now = _read_heartbeats(context)
    except DATABASE_ERRORS as error:
        # The route is public, and the error may name hosts and users: it is only in the log.
        if away_reason(error) is None:
            log.exception("the database refuses a statement")
        return _answer([public_reason(error)], [])
    present = [_present_process(each, now) for each in processes]
    problems = _missing_processes(processes, now) + _broker_problems(processes, now)
    return _answer(problems, present)


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


def _broker_problems(processes: list[ProcessHeartbeat], now: datetime) -> list[str]:
    """The kinds of processes that all say that the broker is away."""
    away: dict[str, bool] = {}
    for each in processes:
        if heartbeats.is_alive(each.at, now):
            away[each.kind] = away.get(each.kind, True) and is_broker_away(each.metrics or [])
    return [f"the broker is away for every {kind}" for kind in sorted(away) if away[kind]]


def _present_process(each: ProcessHeartbeat, now: datetime) -> dict[str, Any]:
    age = max((now - each.at).total_seconds(), 0.0)
    return {"name": each.id, "kind": each.kind, "ageSeconds": round(age, 3)}
