"""Platform fields that the provider does not support: stored, and reported on the delivery."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import update

from models.posts import Delivery, Post
from models.tables import DELIVERY
from tests.integration.worker.post_changes import edit_post
from tests.integration.worker.worker_harness import WorkerHarness

FIELDS = {
    "youtubeTitle": "Rise",
    "youtubeFirstComment": "First",
    "tiktokPrivacyLevel": "PUBLIC_TO_EVERYONE",
    "tiktokAllowDuet": "false",
}
WANTING = {"youtube": ["youtubeTitle"], "tiktok": ["tiktokPrivacyLevel"], "x": []}


def draft(harness: WorkerHarness) -> Post:
    """A video with fields for three networks, as a draft."""
    at = (datetime.now(UTC) + timedelta(hours=2)).isoformat()
    return harness.accept(
        "Hi", "video", platforms=["youtube", "tiktok", "x"], videoUrl=harness.serve_file("v.mp4"),
        publishMode="draft", scheduledAt=at, platformFields=FIELDS,
    )  # fmt: skip


def sent(harness: WorkerHarness, post: Post, version: int) -> dict[str, Delivery]:
    """The deliveries, when the provider has this version of each."""

    def found() -> dict[str, Delivery] | None:
        rows = harness.deliveries(post)
        return rows if {row.sent_version for row in rows.values()} == {version} else None

    rows: dict[str, Delivery] = harness.dispatch_until(found, what=f"version {version}")
    return rows


def test_what_the_provider_cannot_hold_is_kept_and_named(harness: WorkerHarness) -> None:
    """Unknown before the first create; then each delivery names its own fields, and the post has
    all of them. An update reports them again."""
    post = draft(harness)
    assert {row.not_carried for row in harness.deliveries(post).values()} == {None}
    found = sent(harness, post, 1)
    assert {name: row.not_carried for name, row in found.items()} == WANTING
    assert harness.post(post.id).platform_fields == FIELDS
    with harness.database.write() as session:
        forget = update(DELIVERY).where(DELIVERY.c.post_id == post.id).values(not_carried=["old"])
        session.connection().execute(forget)
    edit_post(harness, post, caption="New words")
    found = sent(harness, post, 2)
    assert {name: row.not_carried for name, row in found.items()} == WANTING
