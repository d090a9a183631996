"""The metrics for Prometheus."""

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST

from api.deps import ContextDep
from api.openapi.route_responses import describe_responses
from models.database import Database
from models.database_errors import DATABASE_ERRORS, away_reason
from services.prometheus_exposition import expose_database_down, expose_metrics

router = APIRouter(tags=["health"])
METRICS_RESPONSES = {
    **describe_responses(None, 503),
    200: {
        "description": "The metrics, in Prometheus' text format.",
        "content": {"text/plain": {"schema": {"type": "string"}}},
    },
}


@router.get("/metrics", response_model=None, response_class=Response, responses=METRICS_RESPONSES)
def metrics(context: ContextDep) -> Response:
    """Jobs, posts, lateness, latencies and processes for Prometheus; nothing of any tenant."""
    return Response(_exposition(context.database), media_type=CONTENT_TYPE_LATEST)


def _exposition(database: Database) -> bytes:
    try:
        with database.read() as session:
            return expose_metrics(session)
    except DATABASE_ERRORS as error:
        if away_reason(error) is None:
            raise
        # It answers 200, so that an alert can distinguish this from a web process that is down.
        return expose_database_down()
