"""Late posts go out in order, few at once and spaced out, so not all at the end of an outage."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise

from hypothesis import given
from hypothesis import strategies as st

from models.store.posts.overdue_posts import LateTurn, OverduePost
from scheduler.seating.late_posts import free_turns, space_out

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
PER = st.integers(1, 5)
SPACING = st.integers(1, 600).map(lambda seconds: timedelta(seconds=seconds))
SECONDS = st.integers(-2000, 2000).map(lambda seconds: timedelta(seconds=seconds))
LAST = st.none() | st.builds(lambda ago, posts: LateTurn(NOW + ago, posts), SECONDS, PER)


def turns(last: LateTurn | None, per: int, count: int, spacing: timedelta = MINUTE) -> list[int]:
    """The minutes from now of the next turns."""
    found = islice(free_turns(NOW, last, per, spacing), count)
    return [(at - NOW) // MINUTE for at in found]


def late(*promised: int) -> list[OverduePost]:
    """Late posts whose slots were so many minutes ago."""
    return [OverduePost(str(number), NOW - ago * MINUTE) for number, ago in enumerate(promised)]


def test_after_an_outage_two_go_out_at_once_and_two_a_minute_later() -> None:
    """The first go out now, as many as a slot has seats."""
    assert turns(None, 2, 5) == [0, 0, 1, 1, 2]


def test_a_second_round_continues_after_the_first() -> None:
    """A turn that is not full yet is filled, and then the next one."""
    assert turns(LateTurn(NOW + MINUTE, 1), 2, 3) == [1, 2, 2]


def test_an_old_outage_delays_no_post() -> None:
    """A last turn one spacing ago or more has no effect: the next post goes out now."""
    assert turns(LateTurn(NOW - MINUTE, 9), 1, 1) == [0]


@given(PER, SPACING, LAST)
def test_never_too_many_at_once(per: int, spacing: timedelta, last: LateTurn | None) -> None:
    """In order; at most `per` at one instant, earlier posts included; instants a spacing apart."""
    found = list(islice(free_turns(NOW, last, per, spacing), 12))
    counts = Counter(found)
    if last is not None and last.at + spacing > NOW:
        counts[last.at] += min(last.posts, per)
    assert all(count <= per for count in counts.values())
    assert all(second - first >= spacing for first, second in pairwise(sorted(counts)))
    assert found == sorted(found)


def test_no_late_post_gets_an_instant_in_the_past() -> None:
    """With a spacing of ten minutes, an instant five minutes ago is not given to another post: the
    planner would find it late at once, and ask for a new instant again and again."""
    assert turns(LateTurn(NOW - 5 * MINUTE, 1), 3, 2, 10 * MINUTE) == [5, 5]


def test_a_post_gets_no_turn_after_its_grace() -> None:
    """It is left to the missed-slot policy, and the next post takes that turn."""
    found = space_out(late(15, 15, 14, 3), free_turns(NOW, None, 1, MINUTE), 15 * MINUTE)
    assert [(each.post_id, (each.at - NOW) // MINUTE) for each in found] == [
        ("0", 0), ("2", 1), ("3", 2),
    ]  # fmt: skip


@given(
    st.lists(st.integers(0, 40), max_size=40),
    PER,
    SPACING,
    LAST,
    st.none() | st.integers(0, 30).map(lambda minutes: minutes * MINUTE),
)
def test_turns_keep_the_order_and_the_grace(
    ago: list[int], per: int, spacing: timedelta, last: LateTurn | None, grace: timedelta | None
) -> None:
    """Every turn lies within its post's grace, later posts never come before earlier ones, and no
    turn is left out: each is the next free one."""
    posts = late(*sorted(ago, reverse=True))
    promised = {each.id: each.promised_at for each in posts}
    found = space_out(posts, free_turns(NOW, last, per, spacing), grace)
    assert [each.at for each in found] == list(
        islice(free_turns(NOW, last, per, spacing), len(found))
    )
    assert [int(each.post_id) for each in found] == sorted(int(each.post_id) for each in found)
    if grace is None:
        assert len(found) == len(posts)
    else:
        assert all(each.at <= promised[each.post_id] + grace for each in found)
