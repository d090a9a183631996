"""An organization that the operator has switched off, and on again."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from models.database import Database
from models.jobs import Job
from models.posts import Post
from models.statuses import PostStatus
from models.store import clock
from models.store.jobs import job_queue
from models.store.tenants import organizations, social_settings, stored_credentials
from models.task_names import JobKind
from scheduler.expand import expand_due_rules
from services.errors import PostingDisabled
from services.inputs.settings_body import SettingsBody
from services.organization_settings import parse_settings, update_settings
from tests.integration.worker.organizations.organization_changes import (
    put_on_timer,
    switch_off,
    switch_on,
)
from tests.integration.worker.pipeline_observer import assert_published_once
from tests.integration.worker.worker_harness import WorkerHarness


def jobs(database: Database) -> list[Job]:
    """All jobs."""
    with database.read() as session:
        return list(session.exec(select(Job)))


def is_off_timer(harness: WorkerHarness, post: Post) -> bool:
    """Whether the provider's timer has nothing of it any more, and its job is at rest."""
    states = {each.status for each in harness.deliveries(post).values()}
    job = harness.read_job(post.id)
    return states == {"created"} and (job.claim, job.wake_at) == (None, None)


def stages(harness: WorkerHarness) -> list[str]:
    """The stages of the remote posts that are not deleted."""
    rows = harness.simulator_state("posts")["posts"]
    return sorted(row["stage"] for row in rows if not row["deleted"])


def test_what_a_timer_holds_is_taken_off_and_put_back(harness: WorkerHarness) -> None:
    """Off the timer after switching off, on it again after switching on, then published once; and
    another organization's post stays on the timer throughout."""
    post = put_on_timer(harness)
    own, harness.organization_id = harness.organization_id, _other_organization(harness)
    put_on_timer(harness)
    harness.organization_id = own
    found = switch_off(harness)
    assert [(each.post_id, each.platform, each.status) for each in found.named] == [
        (post.id, "x", "scheduled")
    ]
    harness.dispatch_until(lambda: is_off_timer(harness, post), what="the timer's end")
    assert stages(harness) == ["DRAFT", "SCHEDULED"]
    assert switch_off(harness).named == []
    assert harness.post(post.id).status == "scheduled"
    assert switch_on(harness).state.suspended_at is None
    harness.dispatch_until(lambda: stages(harness) == ["SCHEDULED"] * 2, what="the timer again")


def _other_organization(harness: WorkerHarness) -> str:
    with harness.database.write() as session:
        return organizations.create(session, "Other", "simulator")[0].id


def test_nothing_is_accepted_or_handed_over(harness: WorkerHarness) -> None:
    """A post that is due while the organization is off is not sent; its job sleeps, and nothing
    new is accepted."""
    post = harness.schedule(0.5, platforms=["x"])
    switch_off(harness)
    harness.dispatch_until(
        lambda: harness.read_job(post.id).wake_at is None, what="the rest of its job"
    )
    assert harness.post(post.id).status == "scheduled"
    assert stages(harness) == []
    with pytest.raises(PostingDisabled, match="operator"):
        harness.accept()


def test_all_its_jobs_sleep(harness: WorkerHarness) -> None:
    """Jobs of posts, of the queue and of its own connection have no wake-up while it is off, so
    that they cost nothing; they are due again when it is on."""
    harness.schedule(7200, platforms=["x"])
    with harness.database.write() as session:
        now = clock.now(session)
        owner = harness.organization_id
        job_queue.ensure_due(session, JobKind.QUEUE, owner, owner, now)
        own = stored_credentials.set_credentials(
            session, harness.organization_id, "simulator", "sealed"
        ).id
    switch_off(harness)

    def woken() -> list[str]:
        return [
            each.kind
            for each in jobs(harness.database)
            if each.wake_at is not None and _is_own(each, own)
        ]

    harness.dispatch_until(lambda: woken() == [], what="the rest of all jobs")
    switch_on(harness)
    assert sorted(woken()) == ["accounts", "post", "queue"]


def _is_own(job: Job, connection_id: str) -> bool:
    return job.kind != "accounts" or job.subject_id == connection_id


def test_its_slots_do_not_open(harness: WorkerHarness) -> None:
    """Its rules have no next firing while it is off, and one again when it is on."""
    with harness.database.write() as session:
        settings = social_settings.lock_organization(session, harness.organization_id)
        body = SettingsBody(queueSlots=[{"cron": "0 * * * *"}])  # type: ignore[list-item]
        parsed = parse_settings(body, "UTC")
        update_settings(session, harness.context(), settings, parsed, clock.now(session))
    switch_off(harness)
    queued = timedelta(days=2)
    assert expand_due_rules(harness.database, queued) == 0
    switch_on(harness)
    assert expand_due_rules(harness.database, queued) == 1


def test_a_slot_that_passed_meanwhile_is_missed(harness: WorkerHarness) -> None:
    """When it is on again, the policy for missed slots decides about posts beyond the grace."""
    harness.start_runner(missed_grace=timedelta(seconds=0.1))
    post = harness.schedule(1, platforms=["x"])
    switch_off(harness)
    at = datetime.now(UTC) + timedelta(seconds=1.5)
    harness.dispatch_until(lambda: datetime.now(UTC) > at, what="the end of the grace")
    assert harness.post(post.id).status == "scheduled"
    switch_on(harness)
    assert harness.run_to_end(post)[0].status == "missed"
    assert stages(harness) == []


@pytest.mark.parametrize("kind", ["lost_answer", "server_error"])
def test_a_timer_that_did_not_answer_is_looked_at(harness: WorkerHarness, kind: str) -> None:
    """A post whose hand-over got no answer is not left on the timer; it is on it once when the
    organization is on again."""
    post = harness.schedule(7200, platforms=["x"])
    harness.inject_fault(kind=kind, call="stage_post")
    harness.dispatch_until(lambda: harness.count_faults(kind) == 1, what="the fault")
    switch_off(harness)
    harness.dispatch_until(
        lambda: harness.read_job(post.id).wake_at is None and "SCHEDULED" not in stages(harness),
        what="the timer's end",
    )
    switch_on(harness)
    harness.dispatch_until(lambda: "SCHEDULED" in stages(harness), what="the timer again")
    assert stages(harness) == ["SCHEDULED"]


@pytest.mark.parametrize("kind", ["lost_answer", "server_error"])
def test_a_publication_without_an_answer_is_looked_for(harness: WorkerHarness, kind: str) -> None:
    """What went out is told as published; what did not goes out when the organization is on again;
    in either case once."""
    post = harness.accept(platforms=["x"])
    harness.inject_fault(kind=kind, call="stage_post")
    harness.dispatch_until(lambda: harness.count_faults(kind) == 1, what="the fault")
    switch_off(harness)
    harness.dispatch_until(
        lambda: harness.read_job(post.id).wake_at is None, what="the rest of its job"
    )
    has_gone_out = harness.post(post.id).status == "published"
    assert len(harness.list_publications(post)) == (1 if has_gone_out else 0)
    switch_on(harness)
    assert_published_once(harness, *harness.run_to_end(post))


@pytest.mark.parametrize("kind", [None, "lost_answer", "server_error"])
def test_an_unknown_post_on_the_timer_is_taken_off_too(
    harness: WorkerHarness, kind: str | None
) -> None:
    """A post that ended as unknown while a timer has it, because too many workers died over it, is
    taken off when its organization is switched off, also where calls fail; it stays unknown, for a
    person, also when the organization is on again."""
    post = put_on_timer(harness)
    with harness.database.write() as session:
        row = session.get_one(Post, post.id)
        row.status, row.acknowledged_at = PostStatus.UNKNOWN, clock.now(session)
    if kind:
        harness.inject_fault(kind=kind, call="stage_post")
    assert [each.post_id for each in switch_off(harness).named] == [post.id]
    harness.dispatch_until(
        lambda: "SCHEDULED" not in stages(harness) and harness.read_job(post.id).wake_at is None,
        what="the timer's end",
    )
    assert harness.read_job(post.id).claim is None
    assert switch_off(harness).named == []
    switch_on(harness)
    harness.tick()
    assert harness.post(post.id).status == "unknown"
    assert "SCHEDULED" not in stages(harness)
