"""Which scope a request needs, by its method and path."""

import pytest

from api.scopes import missing_scope
from models.actors import Scope
from services.public_urls import API_PREFIX

PAGE = "/o/acme-0123456789ab"
POST = "/posts/0198c0ffee007000800000000000cafe"


@pytest.mark.parametrize("prefix", [API_PREFIX, PAGE])
@pytest.mark.parametrize(
    ("method", "path", "needed"),
    [
        ("GET", "/posts", "read"),
        ("HEAD", "/posts", "read"),
        ("POST", "/publish", "write"),
        ("PUT", "/settings", "write"),
        ("DELETE", "/webhooks/1", "write"),
        ("POST", f"{POST}/edit", "write"),
        ("POST", f"{POST}/approve", "approve"),
        ("POST", f"{POST}/reject", "approve"),
        ("POST", f"{POST}/request-changes", "approve"),
        ("POST", "/approve", "write"),
        ("POST", f"{POST}/approve/again", "write"),
        ("GET", f"{POST}/approve", "read"),
    ],
)
def test_each_scope_opens_its_own_requests(
    prefix: str, method: str, path: str, needed: str
) -> None:
    """No scope includes another, and the API and the pages have one rule."""
    for scope in Scope:
        expected = None if scope == needed else needed
        assert missing_scope([scope], method, prefix + path) == expected
    assert missing_scope([], method, prefix + path) == needed


def test_keys_are_managed_with_all_scopes_alone() -> None:
    """Whatever the method: a key could give itself what it lacks."""
    for path in ("/keys", "/keys/1", "/keys/1/revoke"):
        for method in ("GET", "POST", "DELETE"):
            assert missing_scope([*Scope], method, PAGE + path) is None
            for scope in Scope:
                others = [each for each in Scope if each is not scope]
                assert missing_scope(others, method, API_PREFIX + path) is scope


def test_who_may_see_the_pages_may_leave_them() -> None:
    """Signing out and ending one's own session change nothing of the organization."""
    for path in ("/sign-out", "/sessions/1/end"):
        assert missing_scope(["read"], "POST", PAGE + path) is None


def test_bulk_actions_ask_for_themselves() -> None:
    """One of the two scopes opens the route; the service asks for the one that the action needs."""
    pages = ("/bulk", "/inbox", "/approvals")
    for path in (f"{API_PREFIX}/posts/bulk", *(PAGE + each for each in pages)):
        assert missing_scope(["write"], "POST", path) is None
        assert missing_scope(["approve"], "POST", path) is None
        assert missing_scope(["read"], "POST", path) is Scope.WRITE
