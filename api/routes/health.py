"""Whether the process answers, and whether the whole system can work."""

import logging
from datetime import datetime
from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from sqlalchemy.exc import DBAPIError

from api.deps import Around, Surroundings
from api.openapi import says
from api.schemas.health import Health, Readiness
from api.scrape import ALIVE, SHOWN
from models.store import clock, heartbeats
from models.store.heartbeats import ProcessHeartbeat

log = logging.getLogger(__name__)
router = APIRouter(tags=["health"])


@router.get("/healthz", response_model=None, responses=says(Health))
def healthz() -> dict[str, str]:
    """This process answers."""
    return {"status": "ok"}


READY: dict[int | str, dict[str, Any]] = {
    **says(Readiness),
    503: {"model": Readiness, "description": "Posts cannot go out; `problems` says why."},
}


@router.get("/readyz", response_model=None, responses=READY)
def readyz(around: Around) -> JSONResponse:
    """Database, beat and workers are there; 503 says which is not."""
    answer = readiness(around)
    return JSONResponse(answer, 503 if answer["problems"] else 200)


def readiness(around: Surroundings) -> dict[str, Any]:
    """What keeps posts from going out, and which processes were there in the last minutes."""
    try:
        signs, now = _signs(around)
    except DBAPIError as error:
        # Anybody may ask, and the error may name hosts and users.
        log.warning("the database does not answer: %s", error.orig)
        return _answer(["the database does not answer"], [])
    return _answer(_missing(signs, now), [_process(each, now) for each in signs])


def problems(around: Surroundings) -> list[str]:
    """What keeps posts from going out, for whoever runs the system; empty when nothing does."""
    try:
        return _missing(*_signs(around))
    except DBAPIError as error:
        return [f"the database does not answer: {error.orig}"]


def _signs(around: Surroundings) -> tuple[list[ProcessHeartbeat], datetime]:
    with around.database.read() as session:
        now = clock.now(session)
        return heartbeats.list_alive(session, now - SHOWN), now


def _answer(problems: list[str], processes: list[dict[str, Any]]) -> dict[str, Any]:
    status = "not ready" if problems else "ready"
    return {"status": status, "problems": problems, "processes": processes}


def _missing(signs: list[ProcessHeartbeat], now: datetime) -> list[str]:
    return [
        f"no {kind} has left a heartbeat in the last {ALIVE.seconds} s"
        for kind in ("beat", "worker")
        if not any(each.kind == kind and now - each.at <= ALIVE for each in signs)
    ]


def _process(each: ProcessHeartbeat, now: datetime) -> dict[str, Any]:
    age = max((now - each.at).total_seconds(), 0.0)
    return {"name": each.id, "kind": each.kind, "ageSeconds": round(age, 3)}
