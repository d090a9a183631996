"""What one organization may keep: open posts, files of its own, answers to idempotency keys.

Each sentence says what would help. A quota of 0 is no limit.
"""

from dataclasses import dataclass

from sqlmodel import Session

from models.organizations import SocialSettings
from models.store import quota_usage
from services.errors import QuotaReached, StorageFull

ASK = "or ask the operator for a larger quota"


@dataclass(frozen=True, slots=True)
class Quotas:
    """The settings SLOTBEAT_QUOTA_…: numbers, and bytes of stored files."""

    open_posts: int = 0
    stored_bytes: int = 0
    stored_files: int = 0
    kept_answers: int = 0


def take_open_post(
    session: Session, quotas: Quotas, settings: SocialSettings, pending: int
) -> None:
    """Count one more open post; QuotaReached where there are too many. `settings` is locked.
    `pending`: the posts counted before that are not inserted yet.

    The row holds a number that the open posts do not exceed, so that they are counted only when it
    reaches the quota: a post that ends leaves the number as it is.
    """
    if not quotas.open_posts:
        return
    at_most = settings.open_posts_at_most
    if at_most is None or at_most >= quotas.open_posts:
        at_most = quota_usage.count_open_posts(session, settings.organization_id) + pending
    if at_most >= quotas.open_posts:
        raise QuotaReached(
            f"the organization has {at_most} posts that have not ended, and may have "
            f"{quotas.open_posts}: wait until some are out, remove some, {ASK}"
        )
    settings.open_posts_at_most = at_most + 1
    session.add(settings)


def check_stored_files(session: Session, quotas: Quotas, organization_id: str, size: int) -> None:
    """StorageFull where a file of this size (bytes) is too much beside the stored ones."""
    if not (quotas.stored_files or quotas.stored_bytes):
        return
    files, used = quota_usage.stored_files(session, organization_id)
    if quotas.stored_files and files >= quotas.stored_files:
        raise StorageFull(f"{files} files are stored, and may be: delete some, {ASK}")
    if quotas.stored_bytes and used + size > quotas.stored_bytes:
        raise StorageFull(
            f"{used} of {quotas.stored_bytes} bytes are stored, and the file needs {size}: "
            f"delete files that no post needs, {ASK}"
        )
