"""Which organizations have files whose source was too slow at the last try."""

from sqlalchemy import func, select
from sqlmodel import Session

from models.statuses import MediaStatus
from models.tables import MEDIA, ORGANIZATION, POST, UPLOAD

# How the error of such a try begins.
TOO_SLOW = "the media source is too slow"
# So many organizations are named, those with the most files first.
MAX_NAMED = 5


def count_by_organization(session: Session) -> list[tuple[str, str, int]]:
    """(id, name, files that wait for another try) of the organizations with the most."""
    rows = session.connection().execute(_COUNTS)
    return [(row[0], row[1], row[2]) for row in rows]


_COUNTS = (
    select(ORGANIZATION.c.id, ORGANIZATION.c.name, func.count())
    .join(POST, POST.c.organization_id == ORGANIZATION.c.id)
    .join(MEDIA, MEDIA.c.post_id == POST.c.id)
    .join(UPLOAD, UPLOAD.c.media_id == MEDIA.c.id)
    .where(UPLOAD.c.status == MediaStatus.NEW, UPLOAD.c.error.startswith(TOO_SLOW))
    .group_by(ORGANIZATION.c.id, ORGANIZATION.c.name)
    .order_by(func.count().desc(), ORGANIZATION.c.id)
    .limit(MAX_NAMED)
)
