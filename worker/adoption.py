"""Which publication is a delivery's, where only the content tells: in the transaction that writes.

Two posts may say the same on one account. An intent is committed before its call, so whatever was
seen at the network belongs to a delivery that has its id by now, or whose intent is still open.
"""

from datetime import datetime, timedelta
from typing import Final

from sqlmodel import Session

from models.post_content import VersionContent, content_for
from models.snapshot import DeliveryView, Snapshot
from models.store.posts import publications
from models.store.posts.publications import OtherPublication
from provider.errors import OutcomeUnknown
from provider.protocol import RemotePost
from worker.steps.outcome import Candidates, Done, Failed, Snooze
from worker.steps.step_context import delivery_columns

# A call without an answer arrives in seconds, if at all.
STILL_OPEN: Final = timedelta(hours=1)
SAME_TEXT: Final = (
    "another post with the same text is going out on this account, and nobody can tell them apart"
)


def adopt(
    session: Session,
    snapshot: Snapshot,
    delivery: DeliveryView,
    found: Candidates,
    now: datetime,
) -> Done | Snooze | Failed:
    """The columns of the first one that no other delivery has. OutcomeUnknown where another one
    that says the same may be its owner."""
    ids = [each.id for each in found.posts]
    since = (delivery.intent_at or now) - STILL_OPEN
    organization = snapshot.post.organization_id
    others = publications.list_others(session, organization, delivery, ids, since)
    taken = {each.remote_id for each in others}
    free = [each for each in found.posts if each.id not in taken]
    if not free:
        return found.otherwise
    text = _text(snapshot.content(delivery).caption)
    rivals = (each for each in others if each.remote_id is None)
    if any(_other_text(each) == text for each in rivals):
        return Failed(OutcomeUnknown(SAME_TEXT))
    return _take(delivery, free[0], found, now)


def _take(delivery: DeliveryView, remote: RemotePost, found: Candidates, now: datetime) -> Done:
    if found.is_whole:
        return Done({**delivery_columns(remote, now), **found.changes}, "found by its content")
    kept = {
        "remote_id": remote.id,
        "intent": delivery.intent,
        "intent_version": delivery.intent_version,
        "intent_remote_id": remote.id,
        "intent_at": delivery.intent_at,
    }
    return Done({**kept, **found.changes}, "found by its content; what is missing follows")


def _other_text(other: OtherPublication) -> str:
    common = VersionContent(other.caption, {}, ())
    return _text(content_for(common, other.versions, other.platform, other.account_id).caption)


def _text(caption: str) -> str:
    return " ".join(caption.split())
