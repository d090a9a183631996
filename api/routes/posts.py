"""Publishing and listing posts."""

from typing import Any

from fastapi import APIRouter

from api import answers
from api.deps import Around, OrganizationId
from api.posts.publish import accept
from api.posts.timeline import timeline
from api.schemas.posts import PublishBody
from models.store import jobs, posts
from models.task_names import JobKind

router = APIRouter(tags=["posts"])


@router.post("/publish")
def publish(body: PublishBody, around: Around, organization_id: OrganizationId) -> dict[str, Any]:
    """Accept a post; it is committed when the answer leaves."""
    with around.database.write() as session:
        accepted = accept(session, around, organization_id, body)
    return answers.published(accepted.post, accepted.job_id)


@router.get("/posts")
def list_posts(around: Around, organization_id: OrganizationId) -> dict[str, Any]:
    """The organization's posts, most recent first."""
    with around.database.read() as session:
        rows = posts.recent(session, organization_id)
        ids = [row.id for row in rows]
        job_ids = jobs.ids_of(session, JobKind.POST, ids)
        media, deliveries = posts.parts(session, ids)
    return {
        "posts": [
            answers.post(row, job_ids.get(row.id), media[row.id], deliveries[row.id], around.vault)
            for row in rows
        ]
    }


@router.get("/posts/{post_id}")
def get_post(post_id: str, around: Around, organization_id: OrganizationId) -> dict[str, Any]:
    """One post with its deliveries and the history of every attempt."""
    with around.database.read() as session:
        return {"post": timeline(session, around.vault, organization_id, post_id)}
