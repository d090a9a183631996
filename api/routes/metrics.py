"""What Prometheus reads."""

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST

from api.deps import Around
from api.openapi import says
from api.scrape import scrape

router = APIRouter(tags=["health"])
SHOWN = {
    **says(None, 503),
    200: {
        "description": "The metrics, in Prometheus' text format.",
        "content": {"text/plain": {"schema": {"type": "string"}}},
    },
}


@router.get("/metrics", response_model=None, response_class=Response, responses=SHOWN)
def metrics(around: Around) -> Response:
    """Jobs, posts, lateness, latencies and processes for Prometheus; nothing of any tenant."""
    with around.database.read() as session:
        return Response(scrape(session), media_type=CONTENT_TYPE_LATEST)
