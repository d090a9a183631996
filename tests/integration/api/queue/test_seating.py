"""next_slot: seats are filled in order, never twice, and the backlog goes first."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from sqlmodel import select

from models.queue_slots import Seat
from tests.integration.live_server import OrganizationClient
from tests.integration.local_times import weekly_instants

RULES = [{"dayOfWeek": 1, "time": "10:00"}, {"dayOfWeek": 4, "time": "18:00"}]
THREADS = 8
POSTS = 200


def slots(number: int) -> list[str]:
    """The next slots of the two rules."""
    both = weekly_instants(1, "10:00", "UTC", number) + weekly_instants(4, "18:00", "UTC", number)
    return sorted(both)[:number]


def test_slots_fill_in_order(any_organization: OrganizationClient) -> None:
    """Each slot takes maxPostsPerSlot posts before the next one gets any."""
    any_organization.put_settings(maxPostsPerSlot=2, queueSlots=RULES)
    published = [any_organization.publish(publishMode="next_slot") for _ in range(7)]
    first, second, third, fourth = slots(4)
    got = [each["socialPost"]["scheduledFor"] for each in published]
    assert got == [first, first, second, second, third, third, fourth]


def test_many_at_once_never_share_a_seat(any_organization: OrganizationClient) -> None:
    """200 posts from 8 threads fill the first 67 slots of three seats without a gap or a double."""
    any_organization.put_settings(maxPostsPerSlot=3, queueSlots=RULES)

    def publish(number: int) -> str:
        answer = any_organization.publish(publishMode="next_slot", caption=f"Post {number}")
        return str(answer["socialPost"]["scheduledFor"])

    with ThreadPoolExecutor(THREADS) as pool:
        got = Counter(pool.map(publish, range(POSTS)))
    expected = slots(67)
    assert got == dict.fromkeys(expected[:-1], 3) | {expected[-1]: 2}
    listed = Counter(post["scheduledFor"] for post in any_organization.posts())
    assert listed == got
    with any_organization.api.database.read() as session:
        mine = select(Seat).where(Seat.organization_id == any_organization.id)
        seats = [(seat.slot_at, seat.number) for seat in session.exec(mine)]
    assert len(seats) == len(set(seats)) == POSTS
    assert {number for _, number in seats} == {0, 1, 2}


def test_rules_that_come_later_seat_the_backlog_oldest_first(
    any_organization: OrganizationClient,
) -> None:
    """Posts without a seat wait; a PUT of rules seats them in the order of their acceptance."""
    waiting = [any_organization.publish()["socialPost"]["id"] for _ in range(5)]
    any_organization.put_settings(maxPostsPerSlot=2, queueSlots=RULES)
    newcomer = any_organization.publish()["socialPost"]
    posts = {post["id"]: post for post in any_organization.posts()}
    first, second, third = slots(3)
    got = [posts[id_]["scheduledFor"] for id_ in [*waiting, newcomer["id"]]]
    assert got == [first, first, second, second, third, third]
    assert {post["status"] for post in posts.values()} == {"scheduled"}
    assert newcomer["scheduledFor"] == third


def test_more_seats_a_slot_seat_the_backlog(organization: OrganizationClient) -> None:
    """A post without a seat up to the horizon is seated when maxPostsPerSlot grows."""
    organization.put_settings(queueSlots=RULES[:1])
    for _ in range(60):
        last = organization.publish()["socialPost"]
        if last["status"] == "backlog":
            break
    organization.put_settings(maxPostsPerSlot=2)
    newest = organization.posts()[0]
    first = weekly_instants(1, "10:00", "UTC", 1)[0]
    assert (last["status"], last["id"]) == ("backlog", newest["id"])
    assert (newest["status"], newest["scheduledFor"]) == ("scheduled", first)


def test_the_backlog_of_one_organization_is_not_seated_by_another(
    any_organization: OrganizationClient,
) -> None:
    """Rules seat their own organization's posts only."""
    other = any_organization.api.create_organization("Another")
    other.publish()
    any_organization.put_settings(queueSlots=RULES)
    any_organization.publish()
    assert other.posts()[0]["status"] == "backlog"
    assert other.get("/next-slot")["nextSlot"] is None
