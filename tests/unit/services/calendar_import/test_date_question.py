"""Dates of a file that can mean two days: what a person is asked, and what needs no question."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.calendar_import.date_question import ask_order
from services.calendar_import.sheet_dates import read_schedule

DAYS = st.dates(date(2020, 1, 1), date(2039, 12, 31))
FORMS = {"dmy": "{0.day}/{0.month}/{0.year} 9:00", "mdy": "{0.month}/{0.day}/{0.year} 9:00"}
CLEAR = ["2027-03-05 9:00", "5-Mar-2027 9:00", "2027/3/5", "2027年3月5日 9:00", "soon", "", "9:00"]


def test_dates_that_mean_one_day_ask_nothing() -> None:
    """The year first, a month by its name, and what is no date at all."""
    assert ask_order(CLEAR) is None


def test_a_date_that_means_two_days_is_shown_with_both() -> None:
    """The first two of them, however many follow; the clear ones are no examples."""
    found = ask_order([*CLEAR, "3/3/2026", "03/04/2026", "05/04/26 10:00", "06/04/2026"])
    assert found is not None
    shown = [(each.text, each.day_first, each.month_first) for each in found.examples]
    assert shown == [
        ("03/04/2026", date(2026, 4, 3), date(2026, 3, 4)),
        ("05/04/26 10:00", date(2026, 4, 5), date(2026, 5, 4)),
    ]
    assert found.order is None


@pytest.mark.parametrize(("evidence", "order"), [("25/12/2026", "dmy"), ("12/25/2026", "mdy")])
def test_a_date_that_fits_one_order_alone_says_which(evidence: str, order: str) -> None:
    """So that the page can propose it, and say why."""
    found = ask_order(["03/04/2026", evidence])
    assert found is not None
    assert (found.order, found.evidence) == (order, evidence)


def test_dates_that_contradict_each_other_are_asked_about() -> None:
    """One order is never taken because the first dates have it."""
    found = ask_order(["25/12/2026", "12/25/2026"])
    assert found is not None
    assert found.order is None
    assert len(found.examples) == 2


@given(st.lists(DAYS, min_size=1, max_size=20), st.sampled_from(["dmy", "mdy"]))
def test_the_order_that_wrote_the_dates_is_never_ruled_out(days: list[date], order: str) -> None:
    """Either it is found, or it is asked about; and with it every date is read as it was meant."""
    texts = [FORMS[order].format(day) for day in days]
    found = ask_order(texts)
    assert found is not None
    assert found.order in {order, None}
    field = "day_first" if order == "dmy" else "month_first"
    assert [getattr(each, field) in days for each in found.examples]
    read = [read_schedule(text, "", order) for text in texts]
    assert read == [f"{day.isoformat()}T09:00:00" for day in days]


@given(st.text("0123456789/.- :aT年\0", max_size=24))
def test_any_text_may_stand_in_a_date_column(text: str) -> None:
    """It is a question or none, and never an error; an answer makes it a date."""
    found = ask_order([text])
    if found is not None:
        days = [
            each for each in (found.examples[0].day_first, found.examples[0].month_first) if each
        ]
        assert days
        assert all(abs(day - date(2000, 1, 1)) < timedelta(days=366 * 9000) for day in days)
