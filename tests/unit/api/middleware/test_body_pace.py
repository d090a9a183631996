"""How long the next bytes of a body may take."""

import math

from hypothesis import given
from hypothesis import strategies as st

from api.middleware.body_pace import LEAST_RATE, BodyPace

SECONDS = st.floats(0, 1e6)


@given(st.integers(0, 1 << 40), SECONDS)
def test_a_body_takes_no_longer_than_its_rate_allows(size: int, waited: float) -> None:
    """Never more than the stall, and nothing once the time of its bytes is used up."""
    allowance = BodyPace(15, 60).allowance(size, waited)
    assert 0 <= allowance <= 60
    assert waited + allowance <= max(waited, 15 + size / LEAST_RATE + 1e-3)


@given(st.integers(0, 1 << 40), SECONDS)
def test_a_strangers_body_has_one_deadline(size: int, waited: float) -> None:
    """More bytes buy no more time."""
    assert BodyPace(15, 60, math.inf).allowance(size, waited) == max(0.0, 15 - waited)
