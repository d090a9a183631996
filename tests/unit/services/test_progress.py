"""What a post is doing, from its rows alone."""

import re
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.snapshot import DeliveryView, PostView, Snapshot, UploadView
from models.statuses import (
    SETTLED_POSTS,
    DeliveryStatus,
    Desired,
    Intent,
    MediaStatus,
    PostStatus,
)
from models.store.jobs.job_queue import JobState
from services.posts.progress import Observation, Progress, ProgressState, find_progress
from tests.unit.worker.snapshot_builders import NOW, SECOND, SLOT, delivery, media, post, snapshot

LATER = NOW + 12 * SECOND
DUE = post(scheduled_for=NOW - SECOND)
WORKING = JobState(claim_expires_at=LATER)
FREE = JobState(wake_at=NOW)
OURS = re.compile(r"seat|intent|claim|backlog|horizon|reconcile|_|\{|None", re.IGNORECASE)


def seen(state: Snapshot, *, job: JobState = FREE, is_running: bool = True) -> tuple[Progress, ...]:
    """The lines about a post."""
    return find_progress(Observation(state, job, is_running, NOW))


def line(*parts: UploadView | DeliveryView, of: PostView = DUE, **fields: Any) -> Progress:  # noqa: ANN401
    """The only line about a post with these parts."""
    job = fields.pop("job", FREE)
    (found,) = seen(snapshot(*parts, of=of, **fields), job=job)
    return found


def test_a_post_that_is_over_or_waits_for_its_time_does_nothing() -> None:
    """No line: its status, and its slot, say everything."""
    for status in SETTLED_POSTS:
        assert seen(snapshot(delivery(), of=post(status=status, scheduled_for=NOW))) == ()
    for state in (DeliveryStatus.PENDING, DeliveryStatus.CREATED, DeliveryStatus.SCHEDULED):
        assert seen(snapshot(media(), delivery(state))) == ()
    draft = post(status=PostStatus.DRAFT, desired=Desired.DRAFT, scheduled_for=NOW)
    assert seen(snapshot(delivery(), of=draft)) == ()
    assert seen(snapshot(delivery(), of=post(status=PostStatus.PENDING_APPROVAL))) == ()


def test_a_retry_says_when_it_comes_and_which_one_it_is() -> None:
    """With the account and the last error; while it runs, without an instant."""
    failed = delivery(attempts=4, not_before=LATER, error="answers 503", account_id="account")
    found = line(failed)
    assert found == Progress(
        ProgressState.RETRYING, "Retrying on Facebook", "facebook", "account", 5, LATER,
        "answers 503",
    )  # fmt: skip
    assert line(delivery(attempts=4, not_before=NOW)).next_at is None
    assert line(delivery(attempts=1), of=post()).text == "Retrying on Facebook"


@pytest.mark.parametrize(
    ("found", "state", "text"),
    [
        (line(delivery()), "publishing", "Publishing on Facebook"),
        (line(delivery(DeliveryStatus.PUBLISHING)), "publishing", "Publishing on Facebook"),
        (line(delivery(), of=post(desired=Desired.PUBLISHED_NOW)), "publishing", "Publishing on"),
        (line(media(MediaStatus.NEW), delivery(), of=post()), "preparing", "Sending the files to"),
        (
            line(media(MediaStatus.NEW, attempts=2), delivery(), of=post()),
            "retrying",
            "Sending the files to Facebook again",
        ),
        (
            line(delivery(DeliveryStatus.CREATED, intent=Intent.PUBLISH_NOW), job=WORKING),
            "publishing",
            "Publishing on",
        ),
        (
            line(delivery(DeliveryStatus.CREATED, intent=Intent.PUBLISH_NOW, error="no answer")),
            "checking",
            "Asking Facebook whether it went out",
        ),
        (
            line(delivery(DeliveryStatus.SCHEDULED), of=post(content_version=2)),
            "updating",
            "Updating it on Facebook",
        ),
        (line(delivery(), of=post(status=PostStatus.CANCELLING)), "removing", "Taking it off"),
        (line(delivery(is_removed=True), of=post()), "removing", "Taking it off Facebook"),
        (line(delivery(is_held=True), of=post()), "waiting_for_account", "Waiting for its account"),
        (line(delivery(), of=DUE, is_paused=True), "paused", "until the queue is resumed"),
        (line(delivery(), of=post(), is_suspended=True), "suspended", "stopped by the operator"),
        (line(delivery(), of=post(status=PostStatus.BACKLOG)), "waiting_for_slot", "free slot"),
    ],
)  # fmt: skip
def test_each_state_has_its_words(found: Progress, state: str, text: str) -> None:
    """What runs, or what is waited for, as a person would say it."""
    assert found.state == state
    assert text in found.text


def test_who_is_away_and_when_a_late_post_goes_out() -> None:
    """A block of the connection, or the turn of a late post, says until when it lasts."""
    away = line(delivery(), blocked_until=LATER)
    assert (away.text, away.next_at) == ("Waiting for Facebook, which is away", LATER)
    late = line(delivery(), of=post(scheduled_for=NOW - SECOND, late_at=LATER))
    assert (late.state, late.next_at) == (ProgressState.LATE, LATER)
    assert seen(snapshot(delivery(), blocked_until=LATER)) == ()  # its time is far


def test_each_account_has_its_own_line() -> None:
    """One that is published says nothing more, the others what they do."""
    parts = (
        delivery(DeliveryStatus.PUBLISHED, id="a"),
        delivery(id="b", platform="x", attempts=1, not_before=LATER),
        delivery(id="c", platform="wordpress"),
    )
    found = seen(snapshot(*parts, of=post(status=PostStatus.PUBLISHING, scheduled_for=NOW)))
    assert [each.text for each in found] == ["Retrying on X", "Publishing on WordPress"]


def test_without_a_worker_it_waits_for_one() -> None:
    """Whatever it would do; but not where a worker has it, or where it waits for a person."""
    (stopped,) = seen(snapshot(delivery(), of=DUE), is_running=False)
    assert stopped.state is ProgressState.STOPPED
    (going,) = seen(snapshot(delivery(), of=DUE), job=WORKING, is_running=False)
    assert going.state is ProgressState.PUBLISHING
    (held,) = seen(snapshot(delivery(is_held=True)), is_running=False)
    assert held.state is ProgressState.WAITING_FOR_ACCOUNT
    assert seen(snapshot(delivery()), is_running=False) == ()


INSTANTS = st.one_of(st.none(), st.sampled_from([NOW - timedelta(hours=1), LATER, SLOT]))


@given(
    of=st.builds(
        post,
        status=st.sampled_from(PostStatus),
        desired=st.sampled_from(Desired),
        scheduled_for=INSTANTS,
        late_at=INSTANTS,
    ),
    parts=st.lists(
        st.builds(
            delivery,
            st.sampled_from(DeliveryStatus),
            platform=st.sampled_from(["x", "gmb", "bluesky"]),
            intent=st.one_of(st.none(), st.sampled_from(Intent)),
            attempts=st.integers(0, 20),
            not_before=INSTANTS,
            is_held=st.booleans(),
            is_removed=st.booleans(),
        ),
        min_size=1,
        max_size=3,
    ),
    file=st.builds(media, st.sampled_from(MediaStatus), attempts=st.integers(0, 3)),
    blocked_until=INSTANTS,
    flags=st.tuples(st.booleans(), st.booleans(), st.booleans()),
    job=st.builds(JobState, wake_at=INSTANTS, claim_expires_at=INSTANTS),
)
def test_any_post_has_a_few_plain_lines(
    of: PostView, parts: list[DeliveryView], file: UploadView, blocked_until: Any,  # noqa: ANN401
    flags: tuple[bool, bool, bool], job: JobState,
) -> None:  # fmt: skip
    """At most one for each account and one for the queue; no word of ours in any; the next try lies
    ahead."""
    is_paused, is_suspended, is_running = flags
    state = snapshot(
        file, *parts, of=of, blocked_until=blocked_until, is_paused=is_paused,
        is_suspended=is_suspended,
    )  # fmt: skip
    found = seen(state, job=job, is_running=is_running)
    assert len(found) <= len(parts) + 1
    for each in found:
        assert not OURS.search(each.text), each.text
        assert each.next_at is None or each.next_at > NOW
        assert each.attempt is None or each.attempt > 1
