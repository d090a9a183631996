"""`slot` of a publish request: a place in that slot and no other, or a refusal that names one."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import httpx
import pytest

from tests.integration.api.posts.test_approval import history
from tests.integration.api.posts.test_move_post import FILM, MONDAY, mondays, seats_of
from tests.integration.live_server import OrganizationClient, expect_error

TEXT = {"postType": "text", "caption": "Fresh at 8", "platforms": ["x"]}


def publish(organization: OrganizationClient, slot: str, **fields: object) -> httpx.Response:
    """The answer to a post for this slot."""
    body = {**TEXT, "publishMode": "next_slot", "slot": slot, **fields}
    return organization.call("POST", "/publish", json=body)


def test_a_post_gets_a_place_in_the_slot_that_it_names(
    any_organization: OrganizationClient,
) -> None:
    """By its instant or the organization's wall clock, before slots that are free earlier; what is
    queued next takes those. A full slot is refused with the next free one, and nothing is kept."""
    any_organization.put_settings(queueSlots=[MONDAY])
    first, second, third = mondays(3)
    named = publish(any_organization, f"{second[:10]}T10:00").json()["socialPost"]
    assert (named["status"], named["scheduledFor"]) == ("scheduled", second)
    assert seats_of(any_organization, named["id"]) == [datetime.fromisoformat(second)]
    assert [step for step, _, _ in history(any_organization, named["id"])] == ["accept", "seat"]
    full = publish(any_organization, second)
    expect_error(full, 409, "CONFLICT")
    assert f"every seat of that slot is taken; the next free one: {first}" in full.json()["error"]
    found = [any_organization.publish()["socialPost"]["scheduledFor"] for _ in range(2)]
    assert found == [first, third]
    assert len(any_organization.posts()) == 3


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"slot": "2020-05-04T10:00:00Z"}, "must lie in the future"),
        ({"slot": "tomorrow"}, "must be a date and time"),
        ({"publishMode": "publish_now"}, 'goes with publishMode "next_slot", not with'),
        ({"publishMode": "draft"}, 'goes with publishMode "next_slot", not with "draft"'),
    ],
)
def test_a_slot_that_cannot_be_is_refused_at_its_field(
    organization: OrganizationClient, fields: dict[str, str], sentence: str
) -> None:
    """Past, unreadable, or beside another mode; one that the rules do not have names those that
    they have."""
    organization.put_settings(queueSlots=[MONDAY])
    (slot,) = mondays(1)
    answer = publish(organization, **{"slot": slot, **fields})
    (problem,) = answer.json()["details"]
    assert (answer.status_code, problem["field"]) == (400, "slot")
    assert sentence in problem["message"]
    beside = (datetime.fromisoformat(slot) + timedelta(minutes=1)).isoformat()
    (problem,) = publish(organization, beside).json()["details"]
    assert f"is no slot of the queue; the next free ones: {slot}" in problem["message"]
    assert organization.posts() == []


def test_the_queues_own_rules_hold_for_a_named_slot(organization: OrganizationClient) -> None:
    """A week at its limit takes no other short, and a paused queue takes nobody."""
    rules = [{"dayOfWeek": day, "time": "10:00"} for day in (1, 3)]
    organization.put_settings(queueSlots=rules, maxShortsPerWeek=1)
    monday = mondays(3)[2]
    wednesday = (datetime.fromisoformat(monday) + timedelta(days=2)).isoformat()
    assert publish(organization, monday, **FILM).status_code == 200
    refused = publish(organization, wednesday, **FILM)
    expect_error(refused, 409, "CONFLICT")
    assert "as many shorts as maxShortsPerWeek" in refused.json()["error"]
    assert publish(organization, wednesday).status_code == 200
    organization.call("POST", "/queue/pause")
    paused = publish(organization, mondays(4)[3])
    expect_error(paused, 409, "CONFLICT")
    assert "the queue is paused" in paused.json()["error"]


@pytest.mark.parametrize("is_taken", [False, True], ids=["free", "taken meanwhile"])
def test_a_post_that_waits_for_approval_keeps_its_slot_in_mind(
    any_organization: OrganizationClient, *, is_taken: bool
) -> None:
    """Approved, it goes into that slot; if somebody else has it by then, into the next free one."""
    any_organization.put_settings(queueSlots=[MONDAY], approveApiPosts=True)
    first, second = mondays(2)
    post = publish(any_organization, second).json()["socialPost"]
    assert post["status"] == "pending_approval"
    assert seats_of(any_organization, post["id"]) == []
    if is_taken:
        any_organization.put_settings(queueSlots=[MONDAY], approveApiPosts=False)
        assert publish(any_organization, second).status_code == 200
    approved = any_organization.call("POST", f"/posts/{post['id']}/approve", json={})
    assert approved.status_code == 200, approved.text
    wanted = first if is_taken else second
    assert seats_of(any_organization, post["id"]) == [datetime.fromisoformat(wanted)]
    now = any_organization.get(f"/posts/{post['id']}")["post"]
    assert (now["status"], now["scheduledFor"]) == ("scheduled", wanted)


def test_many_who_name_one_slot_never_overbook_it(any_organization: OrganizationClient) -> None:
    """Of 12 at once, beside 6 that take the next free one, exactly as many get in as fit; each
    other one is told the next free slot."""
    any_organization.put_settings(queueSlots=[MONDAY], maxPostsPerSlot=4)
    slot = mondays(2)[1]

    def send(number: int) -> httpx.Response:
        if number % 3:
            return publish(any_organization, slot, caption=f"Number {number}")
        return any_organization.call("POST", "/publish", json={**TEXT, "caption": f"{number}"})

    with ThreadPoolExecutor(9) as pool:
        answers = list(pool.map(send, range(18)))
    named = [answer for number, answer in enumerate(answers) if number % 3]
    refused = [each for each in named if each.status_code != 200]
    for each in refused:
        expect_error(each, 409, "CONFLICT")
        assert "the next free one: " in each.json()["error"]
    posts = any_organization.posts()
    taken = [post["scheduledFor"] for post in posts]
    assert len(posts) == 18 - len(refused)
    assert taken.count(slot) == 4
    assert max(taken.count(each) for each in taken) == 4
    accepted = {each.json()["socialPost"]["scheduledFor"] for each in named if each not in refused}
    assert accepted == {slot}
