"""Two posts exchange their slots: queue and own instants, who waits, and refusals."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest
from sqlalchemy import select

from models.tables import POST
from services.presenters import format_instant
from tests.integration.api.posts.test_approval import history, put
from tests.integration.api.posts.test_move_post import (
    FILM,
    MONDAY,
    mondays,
    queued,
    seats_of,
    set_deliveries,
)
from tests.integration.live_server import Json, OrganizationClient, expect_error

OWN_TIME = "2031-01-01T09:30:00.000Z"
EXPLICIT = {"publishMode": "schedule", "scheduledAt": OWN_TIME}


def swap(organization: OrganizationClient, post_id: str, other: Json) -> httpx.Response:
    """The raw answer to a swap."""
    return organization.call("POST", f"/posts/{post_id}/swap", json={"with": other})


def places(
    organization: OrganizationClient, *post_ids: str
) -> list[tuple[str, datetime, list[datetime]]]:
    """Of each post: publish mode, instant and instants of its seats."""
    query = select(POST.c.id, POST.c.publish_mode, POST.c.scheduled_for)
    with organization.api.database.read() as session:
        rows = {row.id: row for row in session.connection().execute(query)}
    return [
        (rows[id_].publish_mode, rows[id_].scheduled_for, seats_of(organization, id_))
        for id_ in post_ids
    ]


@pytest.mark.parametrize("kinds", ["two of the queue", "queue and own time", "two own times"])
def test_two_posts_exchange_their_places(any_organization: OrganizationClient, kinds: str) -> None:
    """Each has the mode, the instant and the seat that the other had; swapped back, all is as
    before. Both histories say where it went, and the answer has both posts."""
    any_organization.put_settings(queueSlots=[MONDAY])
    own = {"publishMode": "schedule", "scheduledAt": "2031-02-01T09:30:00.000Z"}
    fields: dict[str, tuple[Json, Json]] = {
        "two of the queue": ({}, {}),
        "queue and own time": ({}, EXPLICIT),
        "two own times": (EXPLICIT, own),
    }
    here, there = (queued(any_organization, **each) for each in fields[kinds])
    before = places(any_organization, here, there)
    answer = swap(any_organization, here, there)
    assert answer.status_code == 200, answer.text
    assert places(any_organization, there, here) == before
    assert answer.json() == {
        "post": {"id": here, "status": "scheduled", "scheduledFor": format_instant(before[1][1])},
        "other": {"id": there, "status": "scheduled", "scheduledFor": format_instant(before[0][1])},
    }
    for post_id in (here, there):
        step, status, note = history(any_organization, post_id)[-1]
        assert (step, status) == ("move", "scheduled")
        assert (note or "").endswith(" UTC, by exchange")
    assert swap(any_organization, there, here).status_code == 200
    assert places(any_organization, here, there) == before


def test_what_may_not_move_is_not_exchanged(organization: OrganizationClient) -> None:
    """409 that says why, whichever of the two it is, and both stay where they are."""
    organization.put_settings(queueSlots=[MONDAY])
    soon, now = timedelta(minutes=1), datetime.now(UTC)
    refusals: list[tuple[dict[str, Json], str]] = [
        ({"status": "draft"}, "not one that is draft"),
        ({"status": "publishing"}, "not one that is publishing"),
        ({"desired": "draft"}, "only scheduled posts"),
        ({"scheduled_for": now - soon}, "its slot is over"),
        ({"late_at": now + soon}, "its slot is over"),
    ]
    for columns, said in refusals:
        pair = queued(organization), queued(organization)
        put(organization, pair[0], **columns)
        before = places(organization, *pair)
        for post_id, other in (pair, pair[::-1]):
            answer = swap(organization, post_id, other)
            expect_error(answer, 409, "CONFLICT")
            assert said in answer.json()["error"]
            is_other = answer.json()["error"].startswith("the other post cannot be moved: ")
            assert is_other is (other == pair[0])
        assert places(organization, *pair) == before


def test_what_is_being_handed_over_is_not_exchanged(organization: OrganizationClient) -> None:
    """409 with an open intent, within CANCEL_CUTOFF of the provider's timer, and while it goes
    out."""
    organization.put_settings(queueSlots=[MONDAY])
    here, there = queued(organization), queued(organization)
    before = places(organization, here, there)
    set_deliveries(organization, there, status="created", intent="schedule")
    expect_error(swap(organization, here, there), 409, "CONFLICT")
    set_deliveries(organization, there, status="publishing", intent=None)
    expect_error(swap(organization, here, there), 409, "CONFLICT")
    assert places(organization, here, there) == before
    set_deliveries(organization, there, status="scheduled")
    put(organization, there, scheduled_for=datetime.now(UTC) + timedelta(seconds=20))
    answer = swap(organization, here, there)
    assert "within 30 s" in answer.json()["error"]


def test_limits_hold_while_posts_exchange_their_slots(organization: OrganizationClient) -> None:
    """A short does not get into a full week, a video of another playlist not into the queue, and
    nothing of a paused queue is exchanged."""
    organization.put_settings(queueSlots=[MONDAY])
    text, film = queued(organization), queued(organization, **FILM)
    organization.put_settings(maxShortsPerWeek=1)
    filler = places(organization, text)[0][1] + timedelta(hours=1)
    queued(organization, **FILM, publishMode="schedule", scheduledAt=filler.isoformat())
    answer = swap(organization, film, text)
    expect_error(answer, 409, "CONFLICT")
    assert "maxShortsPerWeek" in answer.json()["error"]
    organization.put_settings(maxShortsPerWeek=0, processOnlyPlaylistId="PL1")
    stranger = queued(
        organization, **FILM, publishMode="schedule", scheduledAt=OWN_TIME, sourcePlaylistId="PL2"
    )
    answer = swap(organization, stranger, film)
    assert "playlist" in answer.json()["error"]
    organization.put_settings(processOnlyPlaylistId=None)
    organization.call("POST", "/queue/pause")
    answer = swap(organization, text, film)
    expect_error(answer, 409, "CONFLICT")
    assert "paused" in answer.json()["error"]


def test_a_swap_names_another_post_of_the_organization(organization: OrganizationClient) -> None:
    """400 for a post and itself and for none, 404 that names the post that is not there."""
    organization.put_settings(queueSlots=[MONDAY])
    here = queued(organization)
    for other in (here, "", 7, None):
        problems = expect_error(swap(organization, here, other), 400, "INVALID_INPUT")
        assert list(problems) == ["with"]
    answer = swap(organization, here, "nobody")
    expect_error(answer, 404, "NOT_FOUND")
    assert "'nobody'" in answer.json()["error"]


def test_a_seat_that_was_left_is_not_given_away(organization: OrganizationClient) -> None:
    """As long as the provider may publish a post in the slot that it left, that slot is full, also
    after its new post has moved on; and the post cannot go back there."""
    organization.put_settings(queueSlots=[MONDAY])
    here, there = queued(organization), queued(organization)
    first, second, third = mondays(3)
    set_deliveries(organization, here, status="scheduled", sent_version=1)
    assert swap(organization, here, there).status_code == 200
    assert sorted(seats_of(organization, here)) == [
        datetime.fromisoformat(first),
        datetime.fromisoformat(second),
    ]
    move = {"slot": third}
    assert organization.call("POST", f"/posts/{there}/move", json=move).status_code == 200
    newcomer = organization.publish()["socialPost"]["scheduledFor"]
    assert newcomer == mondays(4)[3]
    answer = organization.call("POST", f"/posts/{here}/move", json={"slot": first})
    expect_error(answer, 409, "CONFLICT")
    calendar = organization.get("/calendar", **{"from": first[:10], "to": first[:10]})
    assert [slot["posts"] for slot in calendar["slots"]] == [[]]
