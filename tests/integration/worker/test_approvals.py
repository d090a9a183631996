"""Approved posts go out, each by its mode; what was not approved never leaves."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from models.organizations import SocialSettings
from models.posts import Post
from models.store.posts.posts import POST
from services.posts import approval
from tests.integration.worker.changing import change_post
from tests.integration.worker.window import assert_published_once
from tests.integration.worker.workshop import WorkerHarness


@pytest.fixture
def careful(shop: WorkerHarness) -> WorkerHarness:
    """A workshop whose organization approves its posts."""
    with shop.database.write() as session:
        settings = session.get_one(SocialSettings, shop.organization_id)
        settings.approve_api_posts = True
        session.add(settings)
    return shop


def approved(shop: WorkerHarness, post: Post) -> Post:
    """The post after its approval."""
    return change_post(
        shop,
        post,
        lambda session, found, now: approval.approve(session, shop.context(), found, now),
    )


def test_an_approved_post_goes_out_and_another_does_not(careful: WorkerHarness) -> None:
    """Until then there is nothing of it at the provider. One that was to leave at once leaves at
    its approval, however late that is."""
    now = careful.accept(platforms=["x"])
    timed = careful.schedule(600, platforms=["gmb"])
    never = careful.accept(platforms=["facebook"])
    with careful.database.write() as session:
        ago = now.accepted_at - timedelta(days=2)
        session.connection().execute(
            update(POST).where(POST.c.id == now.id).values(accepted_at=ago)
        )
    careful.dispatch_until(lambda: careful.read_job(never.id).wake_at is None, what="the jobs' rest")
    assert careful.simulator_state("posts")["posts"] == []
    assert approved(careful, now).status == "publishing"
    assert approved(careful, timed).status == "scheduled"
    careful.run_to_end(now)
    assert_published_once(careful, now)
    careful.dispatch_until(lambda: careful.deliveries(timed)["gmb"].status == "scheduled", what="the timer")
    assert careful.post(never.id).status == "pending_approval"
