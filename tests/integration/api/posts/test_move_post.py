"""Moving a post to another slot: allowed slots, the freed seat, and refusals."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import httpx
import pytest
from sqlalchemy import select, update

from models.tables import DELIVERY, POST, SEAT
from tests.integration.api.posts.test_approval import history, put
from tests.integration.live_server import Json, OrganizationClient, expect_error
from tests.integration.local_times import weekly_instants

MONDAY = {"dayOfWeek": 1, "time": "10:00"}
EXPLICIT = {"publishMode": "schedule", "scheduledAt": "2031-01-01T00:00:00Z"}
FILM = {"postType": "video", "videoUrl": "https://cdn.example.com/a.mp4", "platforms": ["youtube"]}


def mondays(number: int) -> list[str]:
    """The next Mondays, 10:00 in UTC."""
    return weekly_instants(1, "10:00", "UTC", number)


def move(organization: OrganizationClient, post_id: str, slot: Json) -> httpx.Response:
    """The raw answer to a move."""
    return organization.call("POST", f"/posts/{post_id}/move", json={"slot": slot})


def moved(organization: OrganizationClient, post_id: str, slot: str) -> Json:
    """The post after a move that must succeed."""
    answer = move(organization, post_id, slot)
    assert answer.status_code == 200, answer.text
    return answer.json()["post"]


def seats_of(organization: OrganizationClient, post_id: str) -> list[datetime]:
    """The instants of a post's seats."""
    query = select(SEAT.c.slot_at).where(SEAT.c.post_id == post_id).order_by(SEAT.c.slot_at)
    with organization.api.database.read() as session:
        return list(session.connection().execute(query).scalars())


def queued(organization: OrganizationClient, **fields: Json) -> str:
    """The id of a post of the queue."""
    return str(organization.publish(**fields)["socialPost"]["id"])


def test_a_post_moves_and_its_seat_goes_to_who_waits(any_organization: OrganizationClient) -> None:
    """It has a seat in the new slot only, with that slot's wall clock. The oldest post of the
    backlog gets the old seat. The history has both."""
    any_organization.put_settings(queueSlots=[MONDAY], defaultTimezone="America/New_York")
    first, _, third = weekly_instants(1, "10:00", "America/New_York", 3)
    post_id = queued(any_organization)
    any_organization.put_settings(queueSlots=[MONDAY], maxShortsOfSameVideo=1)
    film = queued(any_organization, **FILM)
    waiting = queued(any_organization, **FILM)
    assert any_organization.get(f"/posts/{waiting}")["post"]["status"] == "backlog"
    local = datetime.fromisoformat(third).astimezone(ZoneInfo("America/New_York"))
    post = moved(any_organization, post_id, f"{local:%Y-%m-%dT%H:%M}")
    assert post == {"id": post_id, "status": "scheduled", "scheduledFor": third}
    assert seats_of(any_organization, post_id) == [datetime.fromisoformat(third)]
    old = datetime.fromisoformat(first).astimezone(ZoneInfo("America/New_York"))
    last = f"to {local:%Y-%m-%d} 10:00 America/New_York, from {old:%Y-%m-%d} 10:00"
    assert history(any_organization, post_id)[-1] == ("move", "scheduled", last)
    newcomer = any_organization.publish()["socialPost"]
    assert newcomer["scheduledFor"] == first
    assert any_organization.get(f"/posts/{film}")["post"]["status"] == "scheduled"


def test_who_waits_sits_down_in_the_freed_seat_at_once(
    any_organization: OrganizationClient,
) -> None:
    """No other slot within the horizon is free: the same transaction seats the oldest post."""
    first, second, *_, last, beyond = mondays(60)
    closed = {"from": second[:10], "to": last[:10]}
    any_organization.put_settings(queueSlots=[MONDAY], blackouts=[closed])
    here, waiting, behind = (queued(any_organization) for _ in range(3))
    moved(any_organization, here, beyond)
    at = {post["id"]: post["scheduledFor"] for post in any_organization.posts()}
    assert at == {here: beyond, waiting: first, behind: None}


@pytest.mark.parametrize("status", ["draft", "backlog", "scheduled", "failed", "missed"])
def test_whatever_has_not_left_can_be_moved(
    any_organization: OrganizationClient, status: str
) -> None:
    """Drafts, backlog posts, explicitly scheduled posts, and failed or missed posts become queued
    posts without a reason; those that had ended get new attempts."""
    any_organization.put_settings(queueSlots=[MONDAY])
    post_id, past = queued(any_organization, **EXPLICIT), datetime.now(UTC) - timedelta(days=1)
    columns = {} if status == "scheduled" else {"scheduled_for": past, "reason": "it was so"}
    put(any_organization, post_id, status=status, late_at=past, **columns)
    if status == "failed":
        set_deliveries(any_organization, post_id, status="failed", error="no", attempts=9)
    slot = mondays(3)[2]
    assert moved(any_organization, post_id, slot)["status"] == "scheduled"
    with any_organization.api.database.read() as session:
        row = session.connection().execute(POST.select().where(POST.c.id == post_id)).one()
        part = (
            session.connection()
            .execute(DELIVERY.select().where(DELIVERY.c.post_id == post_id))
            .one()
        )
    assert (row.publish_mode, row.desired, row.reason) == ("next_slot", "scheduled", None)
    assert (row.late_at, row.local_at.hour, row.content_version > 1) == (None, 10, True)
    assert (part.status, part.attempts) == ("pending", 0)
    assert seats_of(any_organization, post_id) == [datetime.fromisoformat(slot)]


def set_deliveries(organization: OrganizationClient, post_id: str, **columns: object) -> None:
    """Change columns of a post's deliveries directly in the database."""
    with organization.api.database.write() as session:
        of_post = DELIVERY.c.post_id == post_id
        session.connection().execute(update(DELIVERY).where(of_post).values(**columns))


def test_a_slot_where_it_sits_already_changes_nothing(any_organization: OrganizationClient) -> None:
    """The same request twice is one move."""
    any_organization.put_settings(queueSlots=[MONDAY])
    post_id, slot = queued(any_organization), mondays(3)[2]
    first, again = (moved(any_organization, post_id, slot) for _ in range(2))
    assert first == again
    steps = [step for step, _, _ in history(any_organization, post_id)]
    assert steps.count("move") == 1


def test_a_full_slot_is_refused(any_organization: OrganizationClient) -> None:
    """409 for a slot with maxPostsPerSlot posts, and nothing changes; with one more seat it
    works."""
    any_organization.put_settings(queueSlots=[MONDAY])
    first, second = mondays(2)
    here, there = queued(any_organization), queued(any_organization)
    answer = move(any_organization, here, second)
    expect_error(answer, 409, "CONFLICT")
    assert "every seat of that slot is taken" in answer.json()["error"]
    assert seats_of(any_organization, here) == [datetime.fromisoformat(first)]
    any_organization.put_settings(maxPostsPerSlot=2)
    moved(any_organization, here, second)
    assert seats_of(any_organization, here) == seats_of(any_organization, there)


def test_the_limits_on_shorts_hold(any_organization: OrganizationClient) -> None:
    """A week at its limit takes no other short; within its own week a short may move."""
    rules = [{"dayOfWeek": day, "time": "10:00"} for day in (1, 3)]
    any_organization.put_settings(queueSlots=rules, maxShortsPerWeek=1)
    here, there = queued(any_organization, **FILM), queued(any_organization, **FILM)
    at = {id_: seats_of(any_organization, id_)[0] for id_ in (here, there)}
    other = {1: timedelta(days=2), 3: timedelta(days=-2)}
    elsewhere = at[there] + other[at[there].isoweekday()]
    answer = move(any_organization, here, elsewhere.isoformat())
    expect_error(answer, 409, "CONFLICT")
    assert "maxShortsPerWeek" in answer.json()["error"]
    moved(any_organization, there, elsewhere.isoformat())
    assert seats_of(any_organization, there) == [elsewhere]
    any_organization.put_settings(maxShortsPerWeek=0, maxShortsOfSameVideo=1)
    answer = move(any_organization, here, mondays(9)[8])
    expect_error(answer, 409, "CONFLICT")
    assert "maxShortsOfSameVideo" in answer.json()["error"]


@pytest.mark.parametrize(
    ("slot", "said"),
    [
        ("2031-05-07T10:00:00Z", "is no slot of the queue; the next free ones: "),
        ("2020-05-04T10:00:00Z", "must lie in the future"),
        ("Monday", "must be a date and time"),
        (7, "date and time"),
    ],
)
def test_what_is_no_slot_to_come_is_refused(
    any_organization: OrganizationClient, slot: Json, said: str
) -> None:
    """400 for the field `slot`, with what would be right."""
    any_organization.put_settings(queueSlots=[MONDAY])
    post_id = queued(any_organization)
    problems = expect_error(move(any_organization, post_id, slot), 400, "INVALID_INPUT")
    assert list(problems) == ["slot"]
    assert said in problems["slot"]
    if "no slot" in said:
        assert mondays(2)[1] in problems["slot"]


def test_no_slot_on_a_blackout_date_and_none_while_paused(
    any_organization: OrganizationClient,
) -> None:
    """400 for the one, 409 for the other."""
    slot = mondays(3)[2]
    any_organization.put_settings(queueSlots=[MONDAY])
    post_id = queued(any_organization)
    any_organization.put_settings(blackouts=[slot[:10]])
    expect_error(move(any_organization, post_id, slot), 400, "INVALID_INPUT")
    any_organization.put_settings(blackouts=[])
    assert any_organization.call("POST", "/queue/pause").status_code == 200
    answer = move(any_organization, post_id, slot)
    expect_error(answer, 409, "CONFLICT")
    assert "paused" in answer.json()["error"]


@pytest.mark.parametrize("status", ["pending_approval", "publishing", "published", "unknown"])
def test_what_is_out_or_not_the_queues_to_move_is_refused(
    any_organization: OrganizationClient, status: str
) -> None:
    """409, and the post keeps its seat."""
    any_organization.put_settings(queueSlots=[MONDAY])
    post_id = queued(any_organization)
    before = seats_of(any_organization, post_id)
    put(any_organization, post_id, status=status)
    expect_error(move(any_organization, post_id, mondays(3)[2]), 409, "CONFLICT")
    assert seats_of(any_organization, post_id) == before


def test_what_is_being_handed_over_or_about_to_leave_is_refused(
    any_organization: OrganizationClient,
) -> None:
    """409 with an open intent, and within CANCEL_CUTOFF of the time scheduled at the provider."""
    any_organization.put_settings(queueSlots=[MONDAY])
    post_id, slot = queued(any_organization), mondays(3)[2]
    set_deliveries(any_organization, post_id, status="created", intent="schedule")
    expect_error(move(any_organization, post_id, slot), 409, "CONFLICT")
    set_deliveries(any_organization, post_id, status="scheduled", intent=None)
    put(any_organization, post_id, scheduled_for=datetime.now(UTC) + timedelta(seconds=20))
    answer = move(any_organization, post_id, slot)
    expect_error(answer, 409, "CONFLICT")
    assert "within 30 s" in answer.json()["error"]


def test_the_queue_takes_videos_of_its_playlist_only(organization: OrganizationClient) -> None:
    """An explicitly scheduled video of another playlist cannot be moved into the queue."""
    organization.put_settings(queueSlots=[MONDAY], processOnlyPlaylistId="PL1")
    for playlist, status in (("PL2", 409), ("PL1", 200)):
        post_id = queued(organization, **FILM, **EXPLICIT, sourcePlaylistId=playlist)
        assert move(organization, post_id, mondays(3)[2]).status_code == status


def test_anothers_post_is_not_there(any_organization: OrganizationClient) -> None:
    """404, also for an unknown id; the post stays where it is."""
    other = any_organization.api.create_organization()
    other.put_settings(queueSlots=[MONDAY])
    any_organization.put_settings(queueSlots=[MONDAY])
    post_id = queued(other)
    for id_ in (post_id, "nobody"):
        expect_error(move(any_organization, id_, mondays(3)[2]), 404, "NOT_FOUND")
    assert seats_of(other, post_id) == [datetime.fromisoformat(mondays(1)[0])]
