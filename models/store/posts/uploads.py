"""The uploads of posts, for people: how far each file is at the providers."""

from collections import defaultdict
from collections.abc import Sequence

from sqlmodel import Session, col, select

from models.posts import Media, Upload
from models.statuses import MediaStatus
from models.store.sql.bulk import chunks

# The most urgent first: a file that failed somewhere, then the one that has the longest way to go.
ORDER = (
    MediaStatus.FAILED,
    MediaStatus.NEW,
    MediaStatus.UPLOADED,
    MediaStatus.CONFIRMED,
    MediaStatus.READY,
)


def load_states(
    session: Session, post_ids: Sequence[str]
) -> dict[str, tuple[MediaStatus, str | None]]:
    """Status and error of each file that is at a provider, by media id. Of a file at several
    providers: where it failed, else where it is least far."""
    uploads: dict[str, list[Upload]] = defaultdict(list)
    for chunk in chunks(post_ids):
        query = select(Upload).join(Media, col(Media.id) == Upload.media_id)
        for upload in session.exec(query.where(col(Media.post_id).in_(chunk))):
            uploads[upload.media_id].append(upload)
    found: dict[str, tuple[MediaStatus, str | None]] = {}
    for media_id, rows in uploads.items():
        last = min(rows, key=lambda row: ORDER.index(MediaStatus(row.status)))
        found[media_id] = MediaStatus(last.status), last.error
    return found
