"""GET approvals: the posts that wait, and when each would go out if it were approved now."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select

from models.tables import SEAT
from tests.integration.api.posts.test_approval import MODES, ask, put
from tests.integration.api.posts.test_move_post import mondays
from tests.integration.live_server import OrganizationClient, expect_error

WEEKLY = {"dayOfWeek": 1, "time": "10:00"}


def add(organization: OrganizationClient, mode: str, **fields: object) -> str:
    """The id of a post that waits for approval."""
    post_id: str = organization.publish(**{**MODES[mode], **fields})["socialPost"]["id"]
    return post_id


def test_what_is_planned_is_what_an_approval_gives(any_organization: OrganizationClient) -> None:
    """In the order in which they wait, the oldest first: the chosen slot, the next free ones after
    what is seated, its own instant, or why there is none. No slot is held for it. Approved in that
    order, each gets just that."""
    any_organization.put_settings(queueSlots=[WEEKLY])
    any_organization.publish(publishMode="next_slot")  # takes the first Monday
    any_organization.put_settings(approveApiPosts=True)
    monday = mondays(5)
    expected = {
        add(any_organization, "next_slot", slot=monday[2]): (monday[2], None),
        add(any_organization, "next_slot"): (monday[1], None),
        add(any_organization, "next_slot"): (monday[3], None),
        add(any_organization, "schedule"): ("2030-01-01T00:00:00.000Z", None),
        add(any_organization, "publish_now"): (None, "at once"),
        add(any_organization, "draft"): (None, "it stays a draft"),
    }
    over = add(any_organization, "schedule")
    put(any_organization, over, scheduled_for=datetime.now(UTC) - timedelta(minutes=1))
    answer = any_organization.get("/approvals")
    planned = {each["id"]: (each["plannedFor"], each["plannedNote"]) for each in answer["posts"]}
    assert answer["total"] == len(expected) + 1
    assert list(planned) == [*expected, over]
    assert planned.pop(over) == (None, "its time is over; give it another one")
    assert {id_: (_same(at), note) for id_, (at, note) in planned.items()} == {
        id_: (_same(at), note) for id_, (at, note) in expected.items()
    }
    with any_organization.api.database.read() as session:
        assert session.connection().scalar(select(func.count()).select_from(SEAT)) == 1
    for id_, (at, _) in list(expected.items())[:4]:
        approved = ask(any_organization, id_, "approve").json()["post"]
        assert _same(approved["scheduledFor"]) == _same(at)


def _same(at: str | None) -> datetime | None:
    return datetime.fromisoformat(at) if at else None


def test_without_a_slot_it_says_why(organization: OrganizationClient) -> None:
    """No slot is free, the queue is paused, or the chosen slot was taken meanwhile."""
    organization.put_settings(approveApiPosts=True, queueSlots=[WEEKLY])
    monday = mondays(2)
    first = add(organization, "next_slot", slot=monday[0])
    second = add(organization, "next_slot", slot=monday[0])
    (one, two) = organization.get("/approvals")["posts"]
    assert [one["id"], two["id"]] == [first, second]
    assert (one["plannedNote"], two["plannedNote"]) == (
        None,
        "the slot that was chosen is not free any more",
    )
    assert _same(two["plannedFor"]) == _same(monday[1])
    organization.call("POST", "/queue/pause", json={})
    (one, _) = organization.get("/approvals")["posts"]
    assert (one["plannedFor"], one["plannedNote"]) == (None, "the queue is paused")
    organization.call("POST", "/queue/resume", json={})
    organization.put_settings(queueSlots=[])
    (one, _) = organization.get("/approvals")["posts"]
    assert (one["plannedFor"], one["plannedNote"]) == (None, "no slot is free")


def test_what_needs_a_person_is_listed(organization: OrganizationClient) -> None:
    """`needs` finds posts by what they need, or all of them as `attention`, until somebody
    acknowledges them; with other filters both must match."""
    organization.put_settings(approveApiPosts=True)
    waiting, back = (add(organization, "schedule") for _ in range(2))
    organization.put_settings(approveApiPosts=False)
    failed, seen = (add(organization, "schedule") for _ in range(2))
    add(organization, "schedule")
    for post_id in (failed, seen):
        put(organization, post_id, status="failed")
    answer = organization.call(
        "POST", "/posts/bulk", json={"ids": [seen], "action": "acknowledge"}
    ).json()
    assert (answer["done"], answer["refused"]) == (1, 0)
    bulk = {"ids": [back, failed], "action": "request_changes", "comment": "Shorter"}
    answer = organization.call("POST", "/posts/bulk", json=bulk).json()
    assert (answer["done"], answer["refused"]) == (1, 1)

    def needing(**query: str) -> set[str]:
        return {each["id"] for each in organization.get("/posts", **query)["posts"]}

    assert needing(needs="failed") == {failed}
    assert needing(needs="approval,changes") == {waiting, back}
    assert needing(needs="attention") == {waiting, back, failed}
    assert needing(needs="attention", status="failed") == {failed}
    assert needing(needs="held") == set()
    wrong = organization.call("GET", "/posts", params={"needs": "love"})
    assert list(expect_error(wrong, 400, "INVALID_INPUT")) == ["needs"]
