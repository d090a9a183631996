"""What a post is doing, in the answer about one post."""

from datetime import UTC, datetime, timedelta

from models.store import clock
from models.store.jobs import heartbeats
from tests.integration.api.posts.test_approval import put
from tests.integration.api.posts.test_move_post import EXPLICIT, set_deliveries
from tests.integration.live_server import Json, OrganizationClient


def progress(organization: OrganizationClient, post_id: str) -> list[Json]:
    """The lines of the answer, empty where it has none."""
    lines: list[Json] = organization.get(f"/posts/{post_id}")["post"].get("progress", [])
    return lines


def test_a_post_says_what_it_is_doing(any_organization: OrganizationClient) -> None:
    """Nothing while it waits for its time; then that no worker runs, and with one when the next
    attempt comes, which one it is, and why."""
    post_id = str(any_organization.publish(**EXPLICIT)["socialPost"]["id"])
    assert progress(any_organization, post_id) == []
    at = datetime.now(UTC).replace(microsecond=0) + timedelta(minutes=2)
    set_deliveries(any_organization, post_id, attempts=4, not_before=at, error="answers 503")
    put(any_organization, post_id, scheduled_for=datetime.now(UTC) - timedelta(seconds=5))
    (stopped,) = progress(any_organization, post_id)
    assert (stopped["state"], stopped["platform"]) == ("stopped", None)
    with any_organization.api.database.write() as session:
        for kind in heartbeats.NEEDED_KINDS:
            heartbeats.record(session, kind, kind, clock.now(session))
    assert progress(any_organization, post_id) == [
        {
            "state": "retrying",
            "text": "Retrying on X",
            "platform": "x",
            "accountId": None,
            "attempt": 5,
            "nextAttemptAt": f"{at:%Y-%m-%dT%H:%M:%S}.000Z",
            "message": "answers 503",
        }
    ]
