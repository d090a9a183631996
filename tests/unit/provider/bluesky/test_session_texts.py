"""The text of a session, and how long it lasts."""

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provider.bluesky.session import MARGIN, from_answer, from_text
from tests.unit.provider.bluesky.connections import DID
from tests.unit.provider.bluesky.fake_server import HANDLE

NOW = 1_796_006_100.0


@given(st.floats(1, 100_000))
def test_a_token_is_renewed_before_its_end(life: float) -> None:
    """An access token is renewed five minutes before its end, or in the middle of a short life."""
    claims = json.dumps({"iat": NOW - 99, "exp": NOW - 99 + life}).encode()
    access = f"e30.{base64.urlsafe_b64encode(claims).decode().rstrip('=')}.signature"
    answer = {"did": DID, "handle": HANDLE, "accessJwt": access, "refreshJwt": "r"}
    session = from_answer(answer, NOW)
    assert session is not None
    assert session.renew_at == pytest.approx(NOW + max(life - MARGIN, life / 2), abs=0.01)
    assert from_text(session.to_text()) == session
    assert access not in repr(session)


@pytest.mark.parametrize("access", ["a", "a.b.c", "a.e30.c", "a.W10.c", "ä.ä.ä"])
def test_a_token_that_says_nothing_lives_for_an_hour(access: str) -> None:
    """A token in another form is used, and renewed after a while."""
    answer = {"did": DID, "handle": HANDLE, "accessJwt": access, "refreshJwt": "r"}
    session = from_answer(answer, NOW)
    assert session is not None
    assert NOW < session.renew_at < NOW + 3600
