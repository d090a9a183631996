"""Approved posts are published, each by its mode; posts without approval never are."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from models.organizations import SocialSettings
from models.posts import Post
from models.tables import POST
from services.posts import approval
from tests.integration.worker.pipeline_observer import assert_published_once
from tests.integration.worker.post_changes import change_post
from tests.integration.worker.worker_harness import WorkerHarness


@pytest.fixture
def harness_with_approval(harness: WorkerHarness) -> WorkerHarness:
    """A harness whose organization approves its posts."""
    with harness.database.write() as session:
        settings = session.get_one(SocialSettings, harness.organization_id)
        settings.approve_api_posts = True
        session.add(settings)
    return harness


def approved(harness: WorkerHarness, post: Post) -> Post:
    """The post after its approval."""
    return change_post(
        harness,
        post,
        lambda session, found, now: approval.approve(session, harness.context(), found, now),
    )


def test_an_approved_post_goes_out_and_another_does_not(
    harness_with_approval: WorkerHarness,
) -> None:
    """Before the approval nothing is created at the provider. A post to publish now is published at
    its approval, however late that is."""
    now = harness_with_approval.accept(platforms=["x"])
    timed = harness_with_approval.schedule(600, platforms=["gmb"])
    never = harness_with_approval.accept(platforms=["facebook"])
    with harness_with_approval.database.write() as session:
        ago = now.accepted_at - timedelta(days=2)
        session.connection().execute(
            update(POST).where(POST.c.id == now.id).values(accepted_at=ago)
        )
    harness_with_approval.dispatch_until(
        lambda: harness_with_approval.read_job(never.id).wake_at is None, what="the jobs' rest"
    )
    assert harness_with_approval.simulator_state("posts")["posts"] == []
    assert approved(harness_with_approval, now).status == "publishing"
    assert approved(harness_with_approval, timed).status == "scheduled"
    harness_with_approval.run_to_end(now)
    assert_published_once(harness_with_approval, now)
    harness_with_approval.dispatch_until(
        lambda: harness_with_approval.deliveries(timed)["gmb"].status == "scheduled",
        what="the timer",
    )
    assert harness_with_approval.post(never.id).status == "pending_approval"
