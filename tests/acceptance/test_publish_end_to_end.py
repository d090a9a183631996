"""A calendar is published end to end by real processes: once embedded, once distributed."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.acceptance.log_check import SIGNATURE, check_logs, register_secrets
from tests.acceptance.reconciliation import SETTLED, assert_ledger_matches, is_settled
from tests.acceptance.stack import ApiClient, Stack
from tests.paths import ROOT
from tests.wait import wait_until


@pytest.mark.timeout(300)
def test_a_calendar_goes_out_in_its_slots_once(stack: Stack) -> None:
    """Rules, an import and all four publish modes: the API's statuses agree with the ledger."""
    caller = stack.organization()
    near = _rules(caller)
    imported = stack.command(
        "posts", "import", str(ROOT / "examples" / "calendar.csv"),
        "--media-base", stack.simulator + "/",
    )  # fmt: skip
    assert (imported["accepted"], imported["refused"]) == (28, 0)
    made = [row["socialPost"] for row in imported["rows"]]
    first = [post for post in made if post["scheduledFor"] == _iso(near)]
    assert len(first) == 3, "the next slot is filled to maxPostsPerSlot"
    others = _all_modes(stack, caller)
    secrets = register_secrets(stack, caller)
    posts = wait_until(lambda: _when_done(caller, near), 200, "every post is settled")
    assert len(posts) == 28 + len(others)
    by_id = {post["id"]: post for post in posts}
    for row in first:
        assert by_id[row["id"]]["isPublishedOnPlatform"]
    assert by_id[others["draft"]]["status"] == "draft"
    assert by_id[others["now"]]["status"] == by_id[others["soon"]]["status"] == "published"
    assert_ledger_matches(stack, posts)
    assert all(row["publishedAt"] >= row["publishAt"] for row in _timed(stack))
    check_logs(stack, secrets, others["soon"])


def _rules(caller: ApiClient) -> datetime:
    """Write rules in two zones, with one slot in 20 to 80 seconds; returns its instant."""
    near = datetime.now(UTC).replace(second=0, microsecond=0) + timedelta(minutes=1)
    if near - datetime.now(UTC) < timedelta(seconds=20):
        near += timedelta(minutes=1)
    slots = [_rule(near)]
    later = [near + timedelta(hours=hours) for hours in range(2, 22, 2)]
    slots += [{**_rule(at, hours=9), "timezone": "Asia/Tokyo"} for at in later]
    caller.call("PUT", "/settings", {"queueSlots": slots, "maxPostsPerSlot": 3})
    return near


def _rule(at: datetime, hours: int = 0) -> dict[str, Any]:
    local = at + timedelta(hours=hours)
    return {"dayOfWeek": local.isoweekday() % 7, "time": f"{local:%H:%M}"}


def _all_modes(stack: Stack, caller: ApiClient) -> dict[str, str]:
    """Publish one post in each other mode; returns their ids."""
    soon = _iso(datetime.now(UTC) + timedelta(seconds=20))
    later = _iso(datetime.now(UTC) + timedelta(hours=3))
    text = {"postType": "text", "caption": "Open till late", "platforms": ["facebook", "x"]}
    photo = {
        "postType": "photo", "caption": "Hours", "platforms": ["instagram"],
        "photoUrls": [f"{stack.simulator}/media/hours.png?X-Amz-Signature={SIGNATURE}"],
    }  # fmt: skip
    return {
        "now": caller.publish(**text, publishMode="publish_now")["id"],
        "soon": caller.publish(**photo, publishMode="schedule", scheduledAt=soon)["id"],
        "draft": caller.publish(**photo, publishMode="draft", scheduledAt=later)["id"],
    }


def _when_done(caller: ApiClient, near: datetime) -> list[dict[str, Any]]:
    posts = caller.posts()
    horizon = _iso(near + timedelta(minutes=1))
    for post in posts:
        due = post["status"] != "draft" and (post["scheduledFor"] or "") < horizon
        if not is_settled(post) or (due and post["status"] not in SETTLED):
            return []
    return posts


def _timed(stack: Stack) -> list[dict[str, Any]]:
    """The publications made by the provider's own timer."""
    return [row for row in stack.publications() if row["publishAt"]]


def _iso(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
