"""Late posts go out in order, few at once and spaced out, so not all at the end of an outage."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from scheduler.seating.late_posts import space_out

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
IDS = st.integers(0, 30).map(lambda count: [str(number) for number in range(count)])
PER = st.integers(1, 5)
SPACING = st.integers(1, 600).map(lambda seconds: timedelta(seconds=seconds))
TAKEN = st.none() | st.tuples(st.integers(-2000, 2000), st.integers(1, 5))


def test_after_an_outage_two_go_out_at_once_and_two_a_minute_later() -> None:
    """The first go out now, as many as a slot has seats; the latest instant is returned too."""
    departures, taken = space_out(["a", "b", "c", "d", "e"], NOW, (None, 0), 2, MINUTE)
    assert [(each.post_id, (each.at - NOW) // MINUTE) for each in departures] == [
        ("a", 0), ("b", 0), ("c", 1), ("d", 1), ("e", 2),
    ]  # fmt: skip
    assert taken == (NOW + 2 * MINUTE, 1)


def test_a_second_round_continues_after_the_first() -> None:
    """Posts that are found late in two rounds get the same instants as in one round."""
    _, taken = space_out(["a", "b", "c"], NOW, (None, 0), 2, MINUTE)
    departures, _ = space_out(["d", "e"], NOW + timedelta(seconds=5), taken, 2, MINUTE)
    assert [each.at - NOW for each in departures] == [MINUTE, 2 * MINUTE]


def test_an_old_outage_delays_no_post() -> None:
    """A last instant one spacing ago or more has no effect: the next post goes out now."""
    departures, taken = space_out(["a"], NOW, (NOW - MINUTE, 9), 1, MINUTE)
    assert ([each.at for each in departures], taken) == ([NOW], (NOW, 1))


def test_without_late_posts_nothing_changes() -> None:
    """Without posts, the latest instant stays as it was."""
    taken = (NOW + MINUTE, 1)
    assert space_out([], NOW, taken, 2, MINUTE) == ([], taken)


@given(IDS, PER, SPACING, TAKEN)
def test_never_too_many_at_once(
    ids: list[str], per: int, spacing: timedelta, taken: tuple[int, int] | None
) -> None:
    """In order; at most `per` at one instant, earlier posts included; instants a spacing apart."""
    before = (NOW + timedelta(seconds=taken[0]), min(taken[1], per)) if taken else (None, 0)
    departures, after = space_out(ids, NOW, before, per, spacing)
    assert [each.post_id for each in departures] == ids
    counts = Counter(each.at for each in departures)
    if before[0] is not None and before[0] + spacing > NOW:
        counts[before[0]] += before[1]
    assert all(count <= per for count in counts.values())
    instants = sorted(counts)
    assert all(second - first >= spacing for first, second in pairwise(instants))
    assert [each.at for each in departures] == sorted(each.at for each in departures)
    if departures:
        assert after == (instants[-1], counts[instants[-1]])


def test_no_late_post_gets_an_instant_in_the_past() -> None:
    """With a spacing of ten minutes, an instant five minutes ago is not given to another post: the
    planner would find it late at once, and ask for a new instant again and again."""
    spacing = 10 * MINUTE
    departures, _ = space_out(["a", "b"], NOW, (NOW - 5 * MINUTE, 1), 3, spacing)
    assert all(each.at >= NOW for each in departures)
