"""Inserts new posts with all that belongs to them, in as few statements as the database allows."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from sqlmodel import Session

from models.actors import SLOTBEAT
from models.posts import Delivery, Media, Post
from models.statuses import PostStatus
from models.store.jobs import job_queue
from models.store.posts import history, post_labels, posts
from models.store.posts.history import HistoryEntry
from models.store.queue import seats
from models.store.queue.seats import Placement
from models.tables import ATTEMPT, JOB, POST_LABEL, SEAT
from models.task_names import JobKind


def insert(
    session: Session,
    new: Sequence[Post],
    media: Sequence[Media],
    deliveries: Sequence[Delivery],
    placed: Mapping[str, Placement],
    now: datetime,
) -> list[str]:
    """Insert posts with their media, deliveries, jobs, history, and the seats of those in `placed`
    (by post id); returns the ids of the jobs, in the order of the posts.

    A post of the backlog in `placed` becomes scheduled. IntegrityError if a seat is taken; the lock
    of the settings prevents this.
    """
    entries = [entry for post in new for entry in _seat(post, placed.get(post.id), now)]
    jobs = [job_queue.new_row(JobKind.POST, post.id, post.organization_id, now) for post in new]
    owners = {post.id: post.organization_id for post in new}
    others = {
        SEAT: [seats.seat_row(owners[id_], each) for id_, each in placed.items()],
        ATTEMPT: history.rows_of(entries),
        JOB: jobs,
        POST_LABEL: [
            row
            for post in new
            for row in post_labels.rows_of(post.id, post.organization_id, post.labels)
        ],
    }
    posts.insert_all(session, new, media, deliveries, others)
    history.record_events(session, entries)
    return [row["id"] for row in jobs]


def _seat(post: Post, placement: Placement | None, now: datetime) -> Iterator[HistoryEntry]:
    """The history of a new post; it gets the values of its seat."""
    yield HistoryEntry(post.id, post.id, "accept", post.status, now, actor=post.created_by)
    if placement is not None:
        post.status = PostStatus.SCHEDULED
        post.scheduled_for, post.local_at = placement.slot_at, placement.local_at
        post.timezone, post.opens_at = placement.zone, placement.opens_at
        post.content_version += 1  # as for every post that gets a seat
        yield HistoryEntry(post.id, post.id, "seat", post.status, now, actor=str(SLOTBEAT))
