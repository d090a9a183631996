"""Posts of every kind, carried from acceptance to the network, each delivery once."""

from dataclasses import replace
from datetime import datetime, timedelta

from models.jobs import Job
from models.posts import Post
from provider.swonkie.client import Swonkie
from tests.integration.worker.window import assert_published_once
from tests.integration.worker.workshop import SHORT_INTERVAL, WorkerHarness
from tests.samples import JPEG

SCHEDULED = ["create done", "schedule done", "verify done"]


# Far enough ahead for a busy machine to reach the provider's timer (s).
AHEAD = 25


def test_posts_of_every_type_go_out_at_their_slot(shop: WorkerHarness) -> None:
    """Text, photos, video and document, on several platforms, by the provider's own timer."""
    photos = [shop.serve_file("one.jpg"), shop.serve_file("two.jpg", JPEG + b"2" * 5000)]
    posts = [
        shop.schedule(AHEAD, "text", platforms=["x", "facebook", "threads"]),
        shop.schedule(AHEAD, "photos", "photo", platforms=["instagram", "x"], photoUrls=photos),
        shop.schedule(AHEAD, "video", "video", platforms=["youtube"], videoUrl=shop.serve_file("v.mp4")),
        shop.schedule(
            AHEAD, "paper", "document", platforms=["linkedin"], documentUrl=shop.serve_file("p.pdf")
        ),
    ]
    assert [post.status for post in posts] == ["scheduled"] * 4
    shop.dispatch_until(lambda: shop.simulator_state("summary")["stages"] == {"SCHEDULED": 7}, what="the timers")
    shop.dispatch_until(lambda: not any(shop.read_job(post.id).claim for post in posts), what="the commits")
    for post in posts:
        assert shop.post(post.id).status == "scheduled"
        assert {each.status for each in shop.deliveries(post).values()} == {"scheduled"}
    shop.run_to_end(*posts)
    assert_published_once(shop, *posts)
    for row in shop.simulator_state("posts")["posts"]:
        assert row["publishAt"] is not None
    for post in posts:
        assert post.scheduled_for is not None
        for row in shop.deliveries(post).values():
            assert row.published_at is not None
            assert row.published_at >= post.scheduled_for


def test_the_history_tells_the_whole_story(shop: WorkerHarness) -> None:
    """A row for each change of state: what was accepted, taken, done and became."""
    link = shop.serve_file("one.jpg")
    post = shop.schedule(2, "photo", "photo", platforms=["x"], photoUrls=[link])
    shop.run_to_end(post)
    steps = [step for step in shop.step_outcomes(post) if step != "outcome publishing"]
    assert steps == [
        "accept scheduled",
        "upload done",
        "confirm done",
        "poll done",
        *SCHEDULED,
        "outcome published",
    ]
    events = shop.history(post)
    assert [event.at for event in events] == sorted(event.at for event in events)
    (media,), (delivery,) = shop.media(post), shop.deliveries(post).values()
    subjects = {event.step: event.subject_id for event in events}
    assert (subjects["upload"], subjects["create"]) == (media.id, delivery.id)
    assert (media.status, media.uploads, media.size) == ("ready", 1, len(JPEG))
    assert link not in repr(events)
    assert link not in media.source_url


def test_media_is_uploaded_once_for_all_platforms(shop: WorkerHarness) -> None:
    """Three deliveries share one file at the provider."""
    post = shop.accept(
        "video", "video", platforms=["x", "tiktok", "youtube"], videoUrl=shop.serve_file("v.mp4")
    )
    shop.run_to_end(post)
    assert_published_once(shop, post)
    calls = shop.simulator_state("calls")["calls"]
    assert (calls["initiate_media"], calls["put_blob"], calls["create_post"]) == (1, 1, 3)


def test_publish_now_goes_out_at_once(shop: WorkerHarness) -> None:
    """Without a slot, and without the provider's timer."""
    post = shop.accept(platforms=["x", "linkedin"])
    assert post.status == "publishing"
    shop.run_to_end(post)
    assert_published_once(shop, post)
    assert "schedule done" not in shop.step_outcomes(post)
    assert [row["publishAt"] for row in shop.simulator_state("posts")["posts"]] == [None, None]


def test_a_draft_stays_a_draft(shop: WorkerHarness) -> None:
    """It is made at the provider, with its date, and never leaves by itself."""
    at = "2030-05-01T15:00:00Z"
    post = shop.accept(platforms=["x", "gmb"], publishMode="draft", scheduledAt=at)
    shop.dispatch_until(lambda: shop.simulator_state("summary")["stages"] == {"DRAFT": 2}, what="two drafts")
    shop.dispatch_until(lambda: shop.read_job(post.id).wake_at is None, what="the job's rest")
    assert shop.post(post.id).status == "draft"
    assert {each.status for each in shop.deliveries(post).values()} == {"created"}
    assert shop.list_publications(post) == []


def test_a_post_far_ahead_is_prepared_and_waits_for_its_opening(shop: WorkerHarness) -> None:
    """A dead link is known today; the timer is set a lead time before the slot, not before."""
    link = shop.serve_file("one.jpg")
    post = shop.schedule(86_400 + 4, "far", "photo", platforms=["x"], photoUrls=[link])
    shop.dispatch_until(lambda: shop.simulator_state("summary")["stages"] == {"DRAFT": 1}, what="the draft")
    # The first look at the accounts may wake it once more in between.
    opens_at = shop.post(post.id).opens_at
    shop.dispatch_until(lambda: _rests_until(shop.read_job(post.id), opens_at), what="its wait for the opening")
    shop.dispatch_until(lambda: shop.simulator_state("summary")["stages"] == {"SCHEDULED": 1}, what="the timer")
    assert shop.post(post.id).status == "scheduled"


class WithoutTimer(Swonkie):
    """A provider that publishes when it is told to, and keeps no timer."""

    capabilities = replace(Swonkie.capabilities, native_scheduling=False)


def test_without_a_timer_at_the_provider_our_own_call_publishes_at_the_slot(shop: WorkerHarness) -> None:
    """However open the slot is, the draft stays one until its instant, and is not early."""
    shop.provider = WithoutTimer
    shop.start_runner()
    post = shop.schedule(3)
    shop.run_to_end(post)
    assert_published_once(shop, post)
    assert "schedule done" not in shop.step_outcomes(post)
    _assert_not_early(shop, post)


def test_a_slot_too_near_for_the_timer_is_published_by_us(shop: WorkerHarness) -> None:
    """Within the margin the worker waits for the slot itself, and is not early."""
    shop.start_runner(timer_margin=timedelta(seconds=30))
    post = shop.schedule(1.5)
    shop.run_to_end(post)
    assert_published_once(shop, post)
    assert "schedule done" not in shop.step_outcomes(post)
    _assert_not_early(shop, post)


def _assert_not_early(shop: WorkerHarness, post: Post) -> None:
    (row,) = shop.simulator_state("ledger")["publications"]
    assert post.scheduled_for is not None
    slot = (post.scheduled_for - SHORT_INTERVAL / 20).isoformat(timespec="milliseconds")
    assert row["publishedAt"] >= slot.replace("+00:00", "Z")


def _rests_until(job: Job, at: datetime | None) -> bool:
    return job.claim is None and job.wake_at == at
