"""Posts to a WordPress site: each is a draft there early, and public once, at its instant."""

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from models.posts import Post
from models.statuses import DeliveryStatus, PostStatus
from simulator.wordpress import WordPressSandbox
from tests.integration.worker.connections.connected_harness import ConnectedHarness
from tests.integration.worker.post_changes import edit_post, remove_post
from tests.integration.worker.worker_harness import WorkerHarness
from tests.service_context import CIPHER
from tests.wordpress.connected_site import connect_site
from tests.wordpress.site_admin import SiteAdmin


class Site(ConnectedHarness):
    """An organization with one account: an author of a sandbox."""

    def __init__(self, harness: WorkerHarness, server: WordPressSandbox, admin: SiteAdmin) -> None:
        super().__init__(harness)
        self.server, self.admin, self.author = server, admin, admin.create_user()
        connect_site(harness.database, CIPHER, harness.organization_id, self.author, server.api)

    def posts(self) -> list[dict[str, Any]]:
        """All posts of the author, in every status."""
        return self.admin.posts(self.author)

    def wait_for_draft(self, post: Post) -> str:
        """The id of the draft, when it is on the site."""
        self.harness.dispatch_until(
            lambda: self.harness.deliveries(post)["wordpress"].status == DeliveryStatus.CREATED,
            what="a draft",
        )
        return self.harness.deliveries(post)["wordpress"].remote_id or ""


@pytest.fixture
def site(harness: WorkerHarness) -> Iterator[Site]:
    """A sandbox of its own for each test: they make it fail."""
    with (
        WordPressSandbox() as server,
        closing(SiteAdmin(server.api, server.password)) as admin,
    ):
        yield Site(harness, server, admin)


def test_a_post_is_public_at_its_instant(site: Site) -> None:
    """Its draft, with its photo, is there before; then it is public, and its link is stored."""
    harness = site.harness
    photo = harness.serve_file("loaf.jpg")
    post = harness.schedule(
        60, "Fresh at 8\n\nCome early", "photo", platforms=["wordpress"], photoUrls=[photo]
    )
    remote_id = site.wait_for_draft(post)
    (draft,) = site.posts()
    assert (str(draft["id"]), draft["status"]) == (remote_id, "draft")
    assert draft["title"]["raw"] == "Fresh at 8"
    assert draft["featured_media"] > 0
    edit_post(harness, post, seconds=1)
    (ended,) = harness.run_to_end(post)
    assert (ended.status, ended.reason) == (PostStatus.PUBLISHED, None)
    (public,) = site.posts()
    assert (public["id"], public["status"]) == (draft["id"], "publish")
    assert harness.deliveries(post)["wordpress"].link == public["link"]


@pytest.mark.parametrize(
    ("kind", "call"), [("lost_answer", "create_post"), ("notice", "update_post")]
)
def test_whatever_is_answered_it_is_there_once(site: Site, kind: str, call: str) -> None:
    """The answer to the creation is lost, that to the publication cannot be read: the post is
    looked for, and the site has it once, and public."""
    site.server.inject(kind, call)
    (ended,) = site.harness.run_to_end(site.harness.accept("once", platforms=["wordpress"]))
    assert ended.status == PostStatus.PUBLISHED
    assert [each["status"] for each in site.posts()] == ["publish"]


def test_an_edit_and_a_removal_reach_the_draft(site: Site) -> None:
    """The draft has the new text under its old id; then it is gone, and not in the trash."""
    harness = site.harness
    post = harness.schedule(60, "before", platforms=["wordpress"])
    remote_id = site.wait_for_draft(post)
    edit_post(harness, post, caption="after")
    harness.dispatch_until(lambda: site.posts()[0]["title"]["raw"] == "after", what="the edit")
    assert str(site.posts()[0]["id"]) == remote_id
    remove_post(harness, post)
    harness.dispatch_until(lambda: not site.posts(), what="the removal")


def test_what_somebody_took_away_is_not_published(site: Site) -> None:
    """A draft in the trash of WordPress: the post fails, and says where it is."""
    post = site.harness.schedule(60, "taken away", platforms=["wordpress"])
    site.admin.trash(site.wait_for_draft(post))
    edit_post(site.harness, post, seconds=1)
    (ended,) = site.harness.run_to_end(post)
    assert ended.status == PostStatus.FAILED
    assert "trash" in (ended.reason or "") + str(site.harness.deliveries(post)["wordpress"].error)
    assert [each["status"] for each in site.posts()] == ["trash"]
