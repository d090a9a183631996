"""The work of a cron rule: it is bounded for any expression, counted in croniter's own steps."""

import contextlib
import string
from datetime import UTC, date, datetime, timedelta

import pytest
from croniter import croniter
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.recurrence import patterns
from scheduler.recurrence.blackouts import parse_ranges
from scheduler.recurrence.occurrences import build_rule
from scheduler.recurrence.patterns import MAX_CRON_LENGTH, BadRule, parse_cron
from scheduler.recurrence.upcoming import QueueRule, upcoming_slots

# A rule that never comes is looked for in nine years of months; each month has few steps.
MAX_STEPS = 2_500
PART = st.sampled_from(
    ["*", "*/1", "*/2", "0", "0-59/1", "1", "5", "29", "30", "31", "2", "2,4,6", "L", "L5", "1#5",
     "5#5,4#5", "15W", "31W", "*/29", "sun", "feb", "0-6", "1-5", "?"]
)  # fmt: skip
CRONS = st.lists(PART, min_size=5, max_size=5).map(" ".join)
TEXTS = st.text(string.printable + "LW#?*/-,", max_size=2 * MAX_CRON_LENGTH)


class StepCounter:
    """Counts croniter's searches, and the steps within them."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.searches = self.steps = 0
        nearest, search = croniter._get_next_nearest_diff, croniter.get_next

        def count_step(*arguments: object) -> object:
            self.steps += 1
            return nearest(*arguments)

        def count_search(clock: croniter, *arguments: object) -> object:
            self.searches += 1
            return search(clock, *arguments)

        patch.setattr(croniter, "_get_next_nearest_diff", staticmethod(count_step))
        patch.setattr(croniter, "get_next", count_search)


def parse_counted(expression: str) -> StepCounter:
    """Parse a text, whether or not it is a rule."""
    with pytest.MonkeyPatch.context() as patch:
        counter = StepCounter(patch)
        with contextlib.suppress(BadRule):
            parse_cron(expression)
    return counter


@settings(deadline=None)
@given(CRONS | TEXTS)
def test_any_text_is_judged_within_the_budget(text: str) -> None:
    """Whatever the text is, the parser searches once at most, and for a bounded number of steps."""
    counter = parse_counted(text)
    assert counter.searches <= 1
    assert counter.steps <= MAX_STEPS


@pytest.mark.parametrize("expression", ["7 0 29 2 *", "7 0 29 2 0", "0 9 * * L5", "0 9 31 */2 L5"])
def test_a_rare_rule_costs_one_search(expression: str) -> None:
    """A rule of leap days is judged by its first date: it is not searched for a hundred of them."""
    assert parse_counted(expression).searches == 1


def test_a_long_expression_is_refused_before_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sentence names the length, and croniter does not see the text."""
    monkeypatch.delattr(patterns, "croniter")
    with pytest.raises(BadRule, match="at most 200 characters") as caught:
        parse_cron("0 9 * * " + ",".join("1" * 20_000))
    assert caught.value.field == "cron"


@pytest.mark.parametrize(
    ("expression", "is_allowed"),
    [
        ("*/5 * * * *", True),
        ("*/4 * * * *", False),
        ("58,1 8,9 * * *", False),
        ("58,3 8,9 * * *", True),
        ("58,1 8,10 * * *", True),
        ("58,1 0,23 * * *", False),
        ("0,4 9 29 2 *", False),
    ],
)
def test_the_distance_is_judged_by_the_fields(expression: str, *, is_allowed: bool) -> None:
    """Times closer than five minutes are refused, over the hour and over midnight too."""
    if is_allowed:
        assert str(parse_cron(expression)) == expression
    else:
        with pytest.raises(BadRule, match="every 5 minutes"):
            parse_cron(expression)


def test_blackouts_are_skipped_at_once() -> None:
    """A year of blackouts, written day by day, costs a few searches of a rule with 288 slots a day,
    and not one for each slot."""
    rule = QueueRule(1, build_rule("*/5 * * * *", "UTC"))
    days = [date(2026, 1, 1) + timedelta(days=number) for number in range(365)]
    blackout_dates = parse_ranges([(day.isoformat(), day.isoformat()) for day in days])
    start = datetime(2026, 1, 1, tzinfo=UTC)
    with pytest.MonkeyPatch.context() as patch:
        counter = StepCounter(patch)
        slots = upcoming_slots([rule], start, start + timedelta(days=366), blackout_dates)
        first = next(slots)
    assert first.slot.at == datetime(2027, 1, 1, tzinfo=UTC)
    # The first search begins two days early, and the one behind the blackouts four.
    assert counter.searches <= 6 * 288 + 5
