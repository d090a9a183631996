"""A database that was restored from a backup is older than the provider's data."""

from sqlalchemy import update

from models.posts import Post
from models.statuses import DeliveryStatus, PostStatus
from models.store import clock
from models.store.posts import backup_restore
from models.tables import DELIVERY, POST
from tests.integration.worker.pipeline_observer import assert_published_once
from tests.integration.worker.worker_harness import WorkerHarness


def _restore(harness: WorkerHarness, post: Post, status: PostStatus) -> None:
    """Restore the rows as they were just after the post was accepted."""
    fresh = {"remote_id": None, "remote_stage": None, "sent_version": None, "link": None}
    with harness.database.write() as session:
        connection = session.connection()
        connection.execute(update(POST).where(POST.c.id == post.id).values(status=status))
        connection.execute(
            update(DELIVERY)
            .where(DELIVERY.c.post_id == post.id)
            .values(status=DeliveryStatus.PENDING, **fresh)
        )
    with harness.database.write() as session:
        assert backup_restore.require_reconcile(session, clock.now(session)) == 1


def test_what_went_out_after_the_backup_does_not_go_out_again(harness: WorkerHarness) -> None:
    """The reconcile finds the marker, and adopts the published post, even after its grace
    period."""
    post = harness.accept(platforms=["x", "facebook"])
    harness.run_to_end(post)
    _restore(harness, post, PostStatus.PUBLISHING)
    harness.run_to_end(post)
    assert_published_once(harness, post)
    assert harness.step_outcomes(post).count("look done") == 2


def test_what_the_timer_got_after_the_backup_is_adopted(harness: WorkerHarness) -> None:
    """One remote post, on the timer, and published at its slot."""
    post = harness.schedule(20, platforms=["x"])
    harness.dispatch_until(
        lambda: harness.simulator_state("summary")["stages"] == {"SCHEDULED": 1}, what="the timer"
    )
    harness.dispatch_until(lambda: harness.read_job(post.id).claim is None, what="the commit")
    _restore(harness, post, PostStatus.SCHEDULED)
    harness.run_to_end(post)
    assert_published_once(harness, post)


def test_what_the_provider_never_had_is_made(harness: WorkerHarness) -> None:
    """The reconcile finds nothing; after the settle time the post is created, and published."""
    post = harness.accept(platforms=["x"])
    _restore(harness, post, PostStatus.PUBLISHING)
    harness.run_to_end(post)
    assert_published_once(harness, post)
    assert "look done" in harness.step_outcomes(post)
