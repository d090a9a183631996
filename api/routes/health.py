"""Whether the process answers, and whether the whole system can work."""

from datetime import timedelta
from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from sqlalchemy.exc import DBAPIError

from api.deps import Around, Surroundings
from models.store import clock, heartbeats

router = APIRouter(tags=["health"])
# A beat and a worker leave a heartbeat every 5 s.
FRESH = timedelta(seconds=30)


@router.get("/healthz")
def healthz() -> dict[str, str]:
    """This process answers."""
    return {"status": "ok"}


@router.get("/readyz")
def readyz(around: Around) -> JSONResponse:
    """Database, beat and workers are there; 503 says which is not."""
    missing = problems(around)
    body: dict[str, Any] = {"status": "ready"} if not missing else {"status": "not ready"}
    return JSONResponse({**body, "problems": missing}, 503 if missing else 200)


def problems(around: Surroundings) -> list[str]:
    """What keeps posts from going out; empty when nothing does."""
    try:
        with around.database.read() as session:
            now = clock.now(session)
            latest = heartbeats.latest(session)
    except DBAPIError as error:
        return [f"the database does not answer: {error.orig}"]
    return [
        f"no {kind} has left a heartbeat in the last {FRESH.seconds} s"
        for kind in ("beat", "worker")
        if kind not in latest or now - latest[kind] > FRESH
    ]
