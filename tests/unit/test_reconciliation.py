"""The count of the fault tests turns red for each broken promise: records with one lie each."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest

from tests.acceptance.reconciliation import Post, ReconciliationReport
from tests.acceptance.stack import ApiClient
from tests.faults.reconciliation import compare_records
from tests.faults.recording_client import ExpectedPost, RecordingClient

NOW = datetime.now(UTC)
NETWORK = {"platform": "x", "accountId": None, "error": None, "stage": None}
POSTS: dict[str, Post] = {
    "published": {"status": "published", "providerPlatforms": [
        {**NETWORK, "status": "published", "providerPostId": "remote-1"}]},
    "failed": {"status": "failed", "providerError": "the link is dead", "providerPlatforms": [
        {**NETWORK, "status": "failed", "error": "the link is dead", "providerPostId": None}]},
}  # fmt: skip


class ForgedApi(ApiClient):
    """An API that answers with the given history."""

    def __init__(self, history: list[Post]) -> None:
        self._history = history

    def call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:  # noqa: ANN401, ARG002
        """The details of any post."""
        return {"post": {"history": self._history}}


class ForgedClient(RecordingClient):
    """A client whose organization has the given posts."""

    forged: list[Post]

    def posts(self) -> list[Post]:
        """All of them."""
        return self.forged


class Records:
    """A published and a failed post, as the client, the API, the ledger and the endpoint know them,
    without any contradiction."""

    def __init__(self) -> None:
        self.posts = [self._post(name) for name in POSTS]
        self.expected = [ExpectedPost([name], "publish_now", name) for name in POSTS]
        self.ledger = [self.publication("published", "remote-1")]
        self.remote = [
            {"id": "remote-1", "files": [], "marker": "m1", "deleted": False, "stage": "PUBLISHED"}
        ]
        self.history = [{"subject": "post", "outcome": "failed", "message": "the link is dead"}]
        self.told = {"published": {"post.published"}, "failed": {"post.failed"}}

    def _post(self, name: str) -> Post:
        base = {"id": name, "caption": name, "createdAt": NOW.isoformat(), "scheduledFor": None}
        return {**base, "providerError": None, **POSTS[name]}

    def publication(self, caption: str, remote_id: str) -> Post:
        """A row of the ledger, ten seconds after the acceptance."""
        digest = sha256(caption.encode()).hexdigest()
        at = (NOW + timedelta(seconds=10)).isoformat()
        return {"captionSha256": digest, "profileId": "profile", "postId": remote_id,
                "publishAt": None, "publishedAt": at}  # fmt: skip

    def compare(self) -> ReconciliationReport:
        """The report of these records."""
        client = ForgedClient(None, ForgedApi(self.history), "org", expected_posts=self.expected)  # type: ignore[arg-type]
        client.forged = self.posts
        return compare_records(self.ledger, self.remote, [client], self.told)


def _publish_again(records: Records) -> None:
    records.ledger.append(records.publication("published", "remote-1"))


def _publish_removed(records: Records) -> None:
    records.expected[0].is_removal_asked, records.expected[0].removed_at = True, NOW


def _publish_failed(records: Records) -> None:
    records.ledger.append(records.publication("failed", "remote-2"))
    records.remote.append({**records.remote[0], "id": "remote-2", "marker": "m2"})


def _publish_foreign(records: Records) -> None:
    records.ledger.append(records.publication("nobody's", "remote-3"))


def _leave_twin(records: Records) -> None:
    records.remote.append({**records.remote[0], "id": "remote-4", "stage": "SCHEDULED"})


def _forget_reason(records: Records) -> None:
    records.posts[1]["providerError"] = None


def _forget_delivery_error(records: Records) -> None:
    network = records.posts[1]["providerPlatforms"][0]
    records.posts[1]["providerPlatforms"] = [{**network, "error": None}]


LIES: dict[str, tuple[Callable[[Records], object], str, str]] = {
    "doubled": (_publish_again, "duplicated", "published twice"),
    "lost": (lambda records: records.posts.pop(0), "lost", "accepted and lost"),
    "not in the ledger": (lambda records: records.ledger.clear(), "lost", "not in the ledger"),
    "stuck": (lambda records: records.posts[0].update(status="publishing"), "stuck", "stuck"),
    "no reason": (_forget_reason, "silent", "ended without a reason"),
    "no error": (_forget_delivery_error, "silent", "x failed without a reason"),
    "no history": (lambda records: records.history.clear(), "silent", "its history does not say"),
    "no event": (lambda records: records.told.pop("failed"), "silent", "no event post.failed"),
    "removed": (_publish_removed, "after_removal", "published after its removal"),
    "published, not failed": (_publish_failed, "", "published, but its status is another"),
    "nobody's": (_publish_foreign, "", "no client asked for the publication"),
    "a second post at the provider": (_leave_twin, "", "two can be published"),
}


def test_records_that_agree_break_no_promise() -> None:
    """Without a lie nothing is counted but what is there, and how late it was."""
    report = Records().compare()
    assert report.violations == []
    assert (report.published, report.ended["failed"], report.accepted) == (1, 1, 2)
    assert [each.seconds for each in report.late_posts] == [10]


@pytest.mark.parametrize("lie", LIES)
def test_each_lie_is_found(lie: str) -> None:
    """One changed record, and the report names the post, in the count that it belongs to."""
    tell, count, sentence = LIES[lie]
    records = Records()
    tell(records)
    report = records.compare()
    assert any(sentence in each for each in report.violations), report.violations
    assert not count or getattr(report, count) == 1


def test_a_draft_that_no_post_names_is_told() -> None:
    """It does no harm, so it breaks no promise."""
    records = Records()
    records.remote.append({**records.remote[0], "id": "remote-5", "stage": "DRAFT"})
    report = records.compare()
    assert (report.spare_drafts, report.violations) == (1, [])
