"""POST posts/bulk: one action on many posts."""

from typing import Any

import pytest
from sqlalchemy import select

from models.statuses import PostStatus
from models.store.posts import posts
from models.store.tenants import api_keys
from models.store.tenants.api_keys import KeyGrant
from models.tables import POST_LABEL
from services.inputs.bulk_body import MAX_POSTS
from tests.integration.live_server import OrganizationClient, expect_error
from tests.integration.local_times import in_the_future

EVERY_DAY = [{"dayOfWeek": day, "time": "10:00"} for day in range(7)]


def new(owner: OrganizationClient, **fields: Any) -> str:  # noqa: ANN401
    """The id of a new post."""
    found: str = owner.publish(**fields)["socialPost"]["id"]
    return found


def bulk(owner: OrganizationClient, action: str, *ids: str, **fields: Any) -> dict[str, Any]:  # noqa: ANN401
    """The answer."""
    answer = owner.call("POST", "/posts/bulk", json={"ids": ids, "action": action, **fields})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def listed(owner: OrganizationClient) -> dict[str, dict[str, Any]]:
    """All posts by their ids."""
    return {post["id"]: post for post in owner.posts()}


def test_labels_come_and_go(any_organization: OrganizationClient) -> None:
    """A label is added to posts in any status, once whatever its case, and taken off again; the
    known labels are counted; a neighbour's post is not there."""
    owner = any_organization
    first = new(owner, labels=["autumn"])
    second = new(owner, publishMode="draft")
    neighbour = owner.api.create_organization("Another")
    other = new(neighbour, labels=["Theirs"])
    answer = bulk(owner, "add_label", first, other, second, label="  AUTUMN ")
    assert [each["id"] for each in answer["results"]] == [first, other, second]
    assert [each["changed"] for each in answer["results"]] == [False, False, True]
    assert [each["problem"] for each in answer["results"]] == [
        None, "there is no such post", None,
    ]  # fmt: skip
    assert (answer["done"], answer["refused"]) == (2, 1)
    assert listed(owner)[second]["labels"] == ["AUTUMN"]
    assert listed(neighbour)[other]["labels"] == ["Theirs"]
    assert owner.get("/posts/labels") == {"labels": [{"label": "AUTUMN", "posts": 2}]}
    assert neighbour.get("/posts/labels") == {"labels": [{"label": "Theirs", "posts": 1}]}
    steps = owner.get(f"/posts/{second}")["post"]["history"]
    assert [each["message"] for each in steps if each["step"] == "labels"] == ["added AUTUMN"]
    assert bulk(owner, "remove_label", first, second, label="Autumn")["done"] == 2
    assert owner.get("/posts/labels") == {"labels": []}
    assert "labels" not in listed(owner)[first]
    with owner.api.database.read() as session:
        rows = session.connection().execute(select(POST_LABEL.c.organization_id)).scalars()
        assert list(rows) == [neighbour.id]


def test_an_edit_replaces_the_labels(organization: OrganizationClient) -> None:
    """Alone in any status and without a new version; an empty list takes all off; beside another
    change both are written."""
    owner = organization
    post = new(owner, labels=["One", "Two"])
    version = listed(owner)[post]["version"]
    edit = {"postId": post, "labels": ["Two", "Three"]}
    owner.call("POST", "/edit", json=edit).raise_for_status()
    assert listed(owner)[post]["labels"] == ["Two", "Three"]
    assert listed(owner)[post]["version"] == version
    both = {"postId": post, "labels": ["Four"], "caption": "Other words"}
    owner.call("POST", "/edit", json=both).raise_for_status()
    assert [each["id"] for each in owner.get("/posts", q="other four")["posts"]] == [post]
    owner.call("POST", "/remove", json={"postId": post}).raise_for_status()
    owner.call("POST", "/edit", json={"postId": post, "labels": []}).raise_for_status()
    assert "labels" not in listed(owner)[post]


def test_posts_move_by_days_on_the_wall_clock(any_organization: OrganizationClient) -> None:
    """Posts of the queue take the slots of the same time, one after the other where each has the
    place of the next; a time of one's own and a dated draft keep their time too, across a change of
    the clocks; what cannot move says why."""
    owner = any_organization
    owner.put_settings(defaultTimezone="America/New_York", queueSlots=EVERY_DAY, maxPostsPerSlot=1)
    queued = [new(owner) for _ in range(3)]
    year = in_the_future(days=400)[:4]
    timed = new(owner, scheduledAt=f"{year}-03-09T09:30:00")
    draft = new(owner, publishMode="draft", scheduledAt=f"{year}-06-01T12:00:00")
    dateless = new(owner, publishMode="draft")
    before = {id_: post["scheduledFor"] for id_, post in listed(owner).items()}
    answer = bulk(owner, "move_days", *queued, timed, draft, dateless, days=1)
    problems = [each["problem"] for each in answer["results"]]
    assert problems[:5] == [None] * 5
    assert "no date" in problems[5]
    after = {id_: post["scheduledFor"] for id_, post in listed(owner).items()}
    assert [after[id_] for id_ in queued[:2]] == [before[id_] for id_ in queued[1:]]
    assert listed(owner)[draft]["status"] == PostStatus.DRAFT
    assert after[draft] == f"{year}-06-02T16:00:00.000Z"
    summer = bulk(owner, "move_days", timed, days=20)["results"][0]
    assert summer["scheduledFor"] == f"{year}-03-30T13:30:00.000Z"
    back = bulk(owner, "move_days", *queued, draft, days=-1)
    assert back["done"] == 4
    assert {id_: before[id_] for id_ in (*queued, draft)} == {
        id_: post["scheduledFor"] for id_, post in listed(owner).items() if id_ in (*queued, draft)
    }
    past = bulk(owner, "move_days", queued[0], days=-300)["results"][0]["problem"]
    assert "past" in past
    taken = bulk(owner, "move_days", queued[0], days=1)["results"][0]
    assert "taken" in taken["problem"]
    assert taken["caption"]


def test_posts_go_to_the_queue_in_order(any_organization: OrganizationClient) -> None:
    """Drafts and posts with a time of their own get the next free slots, in the order of the
    request; a queued post stays; without a rule they wait."""
    owner = any_organization
    owner.put_settings(queueSlots=EVERY_DAY, maxPostsPerSlot=1)
    queued = new(owner)
    draft, timed = new(owner, publishMode="draft"), new(owner, scheduledAt=in_the_future(days=90))
    answer = bulk(owner, "queue", timed, queued, draft)
    assert [each["changed"] for each in answer["results"]] == [True, False, True]
    found = listed(owner)
    slots = [found[id_]["scheduledFor"] for id_ in (queued, timed, draft)]
    assert slots == sorted(slots)
    assert len(set(slots)) == 3
    assert {found[id_]["status"] for id_ in (queued, timed, draft)} == {PostStatus.SCHEDULED}
    owner.put_settings(queueSlots=[])
    late = new(owner, publishMode="draft")
    assert bulk(owner, "queue", late)["results"][0]["status"] == PostStatus.BACKLOG


def test_one_refusal_stops_nothing(organization: OrganizationClient) -> None:
    """Approve, retry and remove do what the single actions do, and say of each post what they could
    not; repeated ids count once."""
    owner = organization
    scheduled = new(owner)
    owner.put_settings(approveApiPosts=True)
    waiting = [new(owner) for _ in range(2)]
    answer = bulk(owner, "approve", waiting[0], scheduled, waiting[1], waiting[0])
    assert [each["ok"] for each in answer["results"]] == [True, False, True]
    assert "does not wait for that" in answer["results"][1]["problem"]
    retried = bulk(owner, "retry", scheduled)["results"][0]
    assert "nothing to retry" in retried["problem"]
    removed = bulk(owner, "remove", *waiting)
    assert {each["status"] for each in removed["results"]} == {PostStatus.CANCELLED}
    again = bulk(owner, "remove", *waiting)
    assert [(each["ok"], each["changed"]) for each in again["results"]] == [(True, False)] * 2


def test_switched_off_posts_can_still_be_removed(organization: OrganizationClient) -> None:
    """While posting is switched off nothing is started, and labels and removals go on."""
    owner = organization
    post = new(owner)
    owner.put_settings(isEnabled=False)
    refused = owner.call("POST", "/posts/bulk", json={"ids": [post], "action": "queue"})
    expect_error(refused, 403, "FORBIDDEN")
    assert bulk(owner, "add_label", post, label="Later")["done"] == 1
    assert bulk(owner, "remove", post)["done"] == 1


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"action": "paint"}, "action"),
        ({"action": "add_label"}, "label"),
        ({"action": "add_label", "label": "a,b"}, "label"),
        ({"action": "move_days"}, "days"),
        ({"action": "move_days", "days": 0}, "days"),
        ({"action": "move_days", "days": 1_000}, "days"),
        ({"action": "queue", "ids": []}, "ids"),
        ({"action": "queue", "ids": ["a"] * (MAX_POSTS + 1)}, "ids"),
    ],
)
def test_a_wrong_request_names_its_field(
    organization: OrganizationClient, fields: dict[str, Any], field: str
) -> None:
    """400, before anything is changed."""
    body = {"ids": ["0" * 32], **fields}
    answer = organization.call("POST", "/posts/bulk", json=body)
    assert set(expect_error(answer, 400, "INVALID_INPUT")) == {field}


def test_a_label_too_many_is_refused_by_post(organization: OrganizationClient) -> None:
    """A post with as many labels as it may have keeps them, and the others get the label."""
    owner = organization
    full = new(owner, labels=[f"label {number}" for number in range(20)])
    free = new(owner)
    results = bulk(owner, "add_label", full, free, label="one more")["results"]
    assert "at most 20" in results[0]["problem"]
    assert results[1]["ok"]
    with owner.api.database.read() as session:
        post = posts.get(session, owner.id, full)
    assert post is not None
    assert len(post.labels) == 20


def test_a_list_is_sorted_by_date(any_organization: OrganizationClient) -> None:
    """By slot, else by acceptance, both ways, page by page, each post once; a cursor of another
    order is refused."""
    owner = any_organization
    late, soon = (new(owner, scheduledAt=in_the_future(days=days)) for days in (20, 2))
    undated = [new(owner, publishMode="draft") for _ in range(2)]
    expected = [*undated, soon, late]

    def page(**query: str) -> tuple[list[str], str | None]:
        found = owner.get("/posts", **query)
        return [post["id"] for post in found["posts"]], found.get("nextCursor")

    assert page(sort="date")[0] == expected
    first, cursor = page(sort="-date", limit="3")
    assert cursor is not None
    rest, end = page(sort="-date", limit="3", cursor=cursor)
    assert (first + rest, end) == (expected[::-1], None)
    for sort in ({"sort": "date"}, {}):
        answer = owner.call("GET", "/posts", params={"cursor": cursor, **sort})
        assert set(expect_error(answer, 400, "INVALID_INPUT")) == {"cursor"}
    wrong = owner.call("GET", "/posts", params={"sort": "size"})
    assert set(expect_error(wrong, 400, "INVALID_INPUT")) == {"sort"}


def test_each_action_needs_its_scope(organization: OrganizationClient) -> None:
    """Who only approves changes nothing else with it, and who only writes approves nothing."""
    organization.put_settings(approveApiPosts=True)
    post_id = new(organization)
    for scope, refused in (("write", "approve"), ("approve", "remove")):
        with organization.api.database.write() as session:
            grant = KeyGrant("Limited", (scope,))
            _, key = api_keys.create_key(session, organization.id, grant)
        limited = OrganizationClient(organization.id, key, organization.api)
        answer = limited.call("POST", "/posts/bulk", json={"ids": [post_id], "action": refused})
        assert answer.status_code == 403, answer.text
    assert bulk(limited, "approve", post_id)["done"] == 1
