"""A harness's queue: its rules, its posts on seats, and a clock that the test moves forward."""

from datetime import datetime, timedelta

from sqlalchemy import select, update

from models.posts import Post
from models.store import clock
from models.store.tenants import social_settings
from models.tables import JOB, POST, SEAT
from scheduler.recurrence.occurrences import Rule
from scheduler.seating.pause import set_paused
from scheduler.seating.scheduling_config import SchedulingConfig
from tests.integration.scheduler.queue_factories import write_rules
from tests.integration.worker.worker_harness import WorkerHarness

SPACING = timedelta(seconds=1)
SPACED_TERMS = SchedulingConfig(late_spacing=SPACING)


def set_rules(harness: WorkerHarness, *rules: Rule, per_slot: int = 1) -> None:
    """Replace the organization's rules."""
    with harness.database.write() as session:
        settings = social_settings.lock_organization(session, harness.organization_id)
        settings.max_posts_per_slot = per_slot
        session.add(settings)
    write_rules(harness.database, harness.organization_id, rules)


def pause_queue(harness: WorkerHarness, *, paused: bool) -> None:
    """Pause or resume the queue."""
    with harness.database.write() as session:
        settings = social_settings.lock_organization(session, harness.organization_id)
        set_paused(session, settings, clock.now(session), SPACED_TERMS, paused=paused)


def queue_post(harness: WorkerHarness, caption: str = "Hello") -> Post:
    """Accept a post for the next free slot."""
    return harness.accept(caption, publishMode="next_slot")


def backdate_slot(harness: WorkerHarness, post: Post) -> None:
    """As if the post's slot had been weeks ago, and no worker had run."""
    with harness.database.write() as session:
        connection = session.connection()
        row = connection.execute(select(SEAT).where(SEAT.c.post_id == post.id)).one()
        back = timedelta(weeks=2)
        times = {"slot_at": row.slot_at - back, "local_at": row.local_at - back}
        connection.execute(update(SEAT).where(SEAT.c.id == row.id).values(times))
        moved = {"scheduled_for": times["slot_at"], "local_at": times["local_at"]}
        opened = times["slot_at"] - timedelta(hours=24)
        of_post = POST.c.id == post.id
        connection.execute(update(POST).where(of_post).values(**moved, opens_at=opened))
        due = {"wake_at": clock.now(session), "dispatched_at": None}
        connection.execute(update(JOB).where(JOB.c.subject_id == post.id).values(due))


def is_created(harness: WorkerHarness, post: Post) -> bool:
    """Whether the post is a draft at the provider, and its job was released."""
    (delivery,) = harness.deliveries(post).values()
    return delivery.status == "created" and harness.read_job(post.id).claim is None


def remote_publish_at(harness: WorkerHarness, post: Post) -> datetime | None:
    """The time that the provider has for the post."""
    (delivery,) = harness.deliveries(post).values()
    (found,) = [
        each
        for each in harness.simulator_state("posts")["posts"]
        if each["id"] == delivery.remote_id
    ]
    return datetime.fromisoformat(found["publishAt"]) if found["publishAt"] else None
