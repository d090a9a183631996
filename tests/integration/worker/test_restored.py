"""A database that was restored from a backup is older than what the provider has."""

from sqlalchemy import update

from models.posts import Post
from models.statuses import DeliveryStatus, PostStatus
from models.store import clock
from models.store.posts import backup_restore
from models.store.posts.posts import DELIVERY, POST
from tests.integration.worker.window import assert_published_once
from tests.integration.worker.workshop import WorkerHarness


def _restore(shop: WorkerHarness, post: Post, status: PostStatus) -> None:
    """The rows as they were just after the post was accepted."""
    fresh = {"remote_id": None, "remote_stage": None, "sent_version": None, "link": None}
    with shop.database.write() as session:
        connection = session.connection()
        connection.execute(update(POST).where(POST.c.id == post.id).values(status=status))
        connection.execute(
            update(DELIVERY)
            .where(DELIVERY.c.post_id == post.id)
            .values(status=DeliveryStatus.PENDING, **fresh)
        )
    with shop.database.write() as session:
        assert backup_restore.require_reconcile(session, clock.now(session)) == 1


def test_what_went_out_after_the_backup_does_not_go_out_again(shop: WorkerHarness) -> None:
    """The look finds the marker, and adopts what was published, though its grace is over too."""
    post = shop.accept(platforms=["x", "facebook"])
    shop.run_to_end(post)
    _restore(shop, post, PostStatus.PUBLISHING)
    shop.run_to_end(post)
    assert_published_once(shop, post)
    assert shop.step_outcomes(post).count("look done") == 2


def test_what_the_timer_got_after_the_backup_is_adopted(shop: WorkerHarness) -> None:
    """One remote post, on the timer, and out at its slot."""
    post = shop.schedule(20, platforms=["x"])
    shop.dispatch_until(lambda: shop.simulator_state("summary")["stages"] == {"SCHEDULED": 1}, what="the timer")
    shop.dispatch_until(lambda: shop.read_job(post.id).claim is None, what="the commit")
    _restore(shop, post, PostStatus.SCHEDULED)
    shop.run_to_end(post)
    assert_published_once(shop, post)


def test_what_the_provider_never_had_is_made(shop: WorkerHarness) -> None:
    """The look finds nothing; after the settle time the post is made, and goes out."""
    post = shop.accept(platforms=["x"])
    _restore(shop, post, PostStatus.PUBLISHING)
    shop.run_to_end(post)
    assert_published_once(shop, post)
    assert "look done" in shop.step_outcomes(post)
