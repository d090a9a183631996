"""The count at the end of every scenario: what was accepted against what the other side did."""

from collections import Counter
from typing import Any

from tests.acceptance.stack import Stack

SETTLED = {"published", "failed", "partial", "missed", "unknown", "cancelled", "rejected"}
# Where a delivery may rest: done, ended, a draft, or in the hands of the provider's timer.
SETTLED_DELIVERIES = {"published", "failed", "unknown", "scheduled"}


def is_settled(post: dict[str, Any]) -> bool:
    """Whether a post, as the API shows it, needs no further step before its slot."""
    if post["status"] in SETTLED:
        return True
    rest = {"created"} if post["status"] == "draft" else SETTLED_DELIVERIES
    return all(each["status"] in rest for each in post["providerPlatforms"])


def assert_ledger_matches(stack: Stack, posts: list[dict[str, Any]]) -> None:
    """Assert set equality, account by account: nothing lost, nothing doubled, statuses true."""
    published = Counter(row["postId"] for row in stack.publications())
    by_marker = Counter(row["marker"] for row in stack.publications())
    assert max(by_marker.values(), default=0) <= 1, "something was published twice"
    stages = {each["id"]: each["stage"] for each in stack.remote_posts() if not each["deleted"]}
    expected: Counter[str] = Counter()
    for post in posts:
        for delivery in post["providerPlatforms"]:
            remote = delivery["providerPostId"]
            told = f"{post['id']} on {delivery['platform']}: {delivery}"
            if delivery["status"] == "published":
                expected[remote] += 1
                assert stages[remote] == "PUBLISHED", told
            elif delivery["status"] == "scheduled":
                assert stages[remote] == "SCHEDULED", told
            elif post["status"] == "draft":
                assert stages[remote] == "DRAFT", told
            else:
                assert delivery["error"], f"ended without a reason: {told}"
    assert published == expected, "the ledger and the database differ"
    owned = Counter(each["marker"] for each in stack.remote_posts() if not each["deleted"])
    assert max(owned.values(), default=0) <= 1, "a twin was left behind"
