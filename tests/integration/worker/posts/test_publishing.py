"""Posts of every kind, from acceptance to the network, each delivery once."""

from dataclasses import replace
from datetime import datetime, timedelta

from models.jobs import Job
from models.posts import Post
from provider.swonkie.client import CAPABILITIES, Swonkie
from tests.integration.worker.pipeline_observer import assert_published_once
from tests.integration.worker.worker_harness import SHORT_INTERVAL, WorkerHarness
from tests.sample_files import JPEG

SCHEDULED = ["create done", "schedule done", "verify done"]


# Far enough ahead for a busy machine to reach the provider's timer (s).
AHEAD = 25


def test_posts_of_every_type_go_out_at_their_slot(harness: WorkerHarness) -> None:
    """Text, photos, video and document, on several platforms, with the provider's own timer."""
    photos = [harness.serve_file("one.jpg"), harness.serve_file("two.jpg", JPEG + b"2" * 5000)]
    posts = [
        harness.schedule(AHEAD, "text", platforms=["x", "facebook", "threads"]),
        harness.schedule(AHEAD, "photos", "photo", platforms=["instagram", "x"], photoUrls=photos),
        harness.schedule(
            AHEAD, "video", "video", platforms=["youtube"], videoUrl=harness.serve_file("v.mp4")
        ),
        harness.schedule(
            AHEAD,
            "paper",
            "document",
            platforms=["linkedin"],
            documentUrl=harness.serve_file("p.pdf"),
        ),
    ]
    assert [post.status for post in posts] == ["scheduled"] * 4
    harness.dispatch_until(
        lambda: harness.simulator_state("summary")["stages"] == {"SCHEDULED": 7}, what="the timers"
    )
    harness.dispatch_until(
        lambda: not any(harness.read_job(post.id).claim for post in posts), what="the commits"
    )
    for post in posts:
        assert harness.post(post.id).status == "scheduled"
        assert {each.status for each in harness.deliveries(post).values()} == {"scheduled"}
    harness.run_to_end(*posts)
    assert_published_once(harness, *posts)
    for row in harness.simulator_state("posts")["posts"]:
        assert row["publishAt"] is not None
    for post in posts:
        assert post.scheduled_for is not None
        for row in harness.deliveries(post).values():
            assert row.published_at is not None
            assert row.published_at >= post.scheduled_for


def test_the_history_tells_the_whole_story(harness: WorkerHarness) -> None:
    """A row for each change of state: accepted, each step, each new status."""
    link = harness.serve_file("one.jpg")
    post = harness.schedule(2, "photo", "photo", platforms=["x"], photoUrls=[link])
    harness.run_to_end(post)
    steps = [step for step in harness.step_outcomes(post) if step != "outcome publishing"]
    assert steps == [
        "accept scheduled",
        "upload done",
        "confirm done",
        "poll done",
        *SCHEDULED,
        "outcome published",
    ]
    events = harness.history(post)
    assert [event.at for event in events] == sorted(event.at for event in events)
    (media,), (delivery,) = harness.media(post), harness.deliveries(post).values()
    (uploaded,) = harness.uploads(post)
    subjects = {event.step: event.subject_id for event in events}
    assert (subjects["upload"], subjects["create"]) == (media.id, delivery.id)
    assert (uploaded.status, uploaded.uploads, uploaded.size) == ("ready", 1, len(JPEG))
    assert link not in repr(events)
    assert link not in media.source_url


def test_media_is_uploaded_once_for_all_platforms(harness: WorkerHarness) -> None:
    """Three deliveries share one file at the provider."""
    post = harness.accept(
        "video", "video", platforms=["x", "tiktok", "youtube"], videoUrl=harness.serve_file("v.mp4")
    )
    harness.run_to_end(post)
    assert_published_once(harness, post)
    calls = harness.simulator_state("calls")["calls"]
    assert (calls["initiate_media"], calls["put_blob"], calls["create_post"]) == (1, 1, 3)


def test_publish_now_goes_out_at_once(harness: WorkerHarness) -> None:
    """Without a slot, and without the provider's timer."""
    post = harness.accept(platforms=["x", "linkedin"])
    assert post.status == "publishing"
    harness.run_to_end(post)
    assert_published_once(harness, post)
    assert "schedule done" not in harness.step_outcomes(post)
    assert [row["publishAt"] for row in harness.simulator_state("posts")["posts"]] == [None, None]
    for each in harness.deliveries(post).values():
        assert each.publishing_since is not None
        assert each.published_at is not None
        assert post.accepted_at <= each.publishing_since <= each.published_at


def test_a_draft_stays_a_draft(harness: WorkerHarness) -> None:
    """It is created at the provider, with its date, and never published by itself."""
    at = "2030-05-01T15:00:00Z"
    post = harness.accept(platforms=["x", "gmb"], publishMode="draft", scheduledAt=at)
    harness.dispatch_until(
        lambda: harness.simulator_state("summary")["stages"] == {"DRAFT": 2}, what="two drafts"
    )
    harness.dispatch_until(lambda: harness.read_job(post.id).wake_at is None, what="the job's rest")
    assert harness.post(post.id).status == "draft"
    assert {each.status for each in harness.deliveries(post).values()} == {"created"}
    assert harness.list_publications(post) == []


def test_a_post_far_ahead_is_prepared_and_waits_for_its_opening(harness: WorkerHarness) -> None:
    """A dead URL is found early; the timer is set a lead time before the slot, not before."""
    link = harness.serve_file("one.jpg")
    post = harness.schedule(86_400 + 4, "far", "photo", platforms=["x"], photoUrls=[link])
    harness.dispatch_until(
        lambda: harness.simulator_state("summary")["stages"] == {"DRAFT": 1}, what="the draft"
    )
    # The first account job may wake it once more in between.
    opens_at = harness.post(post.id).opens_at
    harness.dispatch_until(
        lambda: _rests_until(harness.read_job(post.id), opens_at), what="its wait for the opening"
    )
    harness.dispatch_until(
        lambda: harness.simulator_state("summary")["stages"] == {"SCHEDULED": 1}, what="the timer"
    )
    assert harness.post(post.id).status == "scheduled"


class WithoutTimer(Swonkie):
    """A provider that publishes on request, and has no timer."""

    capabilities = replace(Swonkie.capabilities, native_scheduling=False)


def test_without_a_timer_at_the_provider_our_own_call_publishes_at_the_slot(
    harness: WorkerHarness,
) -> None:
    """Even if the slot is open, the post stays a draft until its time, and is not early."""
    harness.provider = WithoutTimer
    harness.start_runner(capabilities={"simulator": WithoutTimer.capabilities})
    post = harness.schedule(3)
    harness.run_to_end(post)
    assert_published_once(harness, post)
    assert "schedule done" not in harness.step_outcomes(post)
    _assert_not_early(harness, post)


def test_a_slot_too_near_for_the_timer_is_published_by_us(harness: WorkerHarness) -> None:
    """Within the margin the worker waits for the slot itself, and is not early."""
    harness.start_runner(
        capabilities={"simulator": replace(CAPABILITIES, minimum_lead=timedelta(seconds=30))}
    )
    post = harness.schedule(1.5)
    harness.run_to_end(post)
    assert_published_once(harness, post)
    assert "schedule done" not in harness.step_outcomes(post)
    _assert_not_early(harness, post)


def _assert_not_early(harness: WorkerHarness, post: Post) -> None:
    (row,) = harness.simulator_state("ledger")["publications"]
    assert post.scheduled_for is not None
    slot = (post.scheduled_for - SHORT_INTERVAL / 20).isoformat(timespec="milliseconds")
    assert row["publishedAt"] >= slot.replace("+00:00", "Z")


def _rests_until(job: Job, at: datetime | None) -> bool:
    return job.claim is None and job.wake_at == at
