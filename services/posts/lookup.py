"""Finds and locks the post that a request names."""

from dataclasses import dataclass

from sqlmodel import Session

from models.organizations import SocialSettings
from models.posts import Post
from models.store.jobs import job_queue
from models.store.posts import post_changes
from models.store.posts.post_changes import LockedPost
from models.store.tenants import social_settings
from models.task_names import JobKind
from services.errors import FieldError, NotFound, ValidationFailed


@dataclass(frozen=True, slots=True)
class PostWithSettings:
    """A post and its organization's settings, both locked by the transaction."""

    settings: SocialSettings
    locked: LockedPost

    @property
    def post(self) -> Post:
        """Its row."""
        return self.locked.post


def lock_post(
    session: Session, organization_id: str, post_id: str | None, job_id: str | None
) -> PostWithSettings:
    """Lock the post with this id or this job id. ValidationFailed without either, NotFound where
    there is no such post."""
    if post_id is None and job_id is None:
        raise ValidationFailed(FieldError(field="postId", message="is required, or jobId"))
    settings = social_settings.lock_organization(session, organization_id)
    by_job = job_queue.subject_of(session, JobKind.POST, job_id) if job_id is not None else None
    if post_id is not None and job_id is not None and by_job != post_id:
        raise NotFound("postId and jobId do not name the same post")
    locked = post_changes.lock_post(session, organization_id, post_id or by_job or "")
    if locked is None:
        raise NotFound("there is no such post")
    return PostWithSettings(settings, locked)
