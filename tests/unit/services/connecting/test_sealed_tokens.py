"""The tokens of connecting on a server's page: the attempt, and how it ended."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.encryption import Cipher
from services.connecting import authorization_attempt, connect_link, connect_outcome
from services.connecting.authorization_attempt import AuthorizationAttempt
from services.connecting.connect_link import ConnectLink
from services.connecting.connect_outcome import ConnectOutcome
from services.connecting.sealed_token import LIFETIME
from services.errors import ValidationFailed

CIPHER = Cipher("secret")
LINK = ConnectLink("org", "threads", "https://app.example/done", 900.0)
PENDING = {"instance": "https://social.example", "secret": "the-secret"}
ATTEMPT = AuthorizationAttempt(LINK, True, PENDING, "the-state", 1000.0)
OUTCOME = ConnectOutcome(LINK, False, ("Alice",), None, 200, 1000.0)


@given(st.dictionaries(st.text(max_size=20), st.text(max_size=20), max_size=5), st.booleans())
def test_an_attempt_says_what_was_put_in(pending: dict[str, str], has_link: bool) -> None:
    """Whatever the provider left pending."""
    attempt = AuthorizationAttempt(LINK, has_link, pending, "state", 1000.0)
    token = authorization_attempt.encode(attempt, CIPHER)
    assert authorization_attempt.decode(token, CIPHER, 1000.0) == attempt


def test_both_end_after_a_quarter_of_an_hour() -> None:
    """They work until then, and under the secret that made them."""
    attempt = authorization_attempt.encode(ATTEMPT, CIPHER)
    outcome = connect_outcome.encode(OUTCOME, CIPHER)
    last = 1000.0 + LIFETIME
    assert authorization_attempt.decode(attempt, CIPHER, last - 1) == ATTEMPT
    assert authorization_attempt.decode(attempt, CIPHER, last) is None
    assert authorization_attempt.decode(attempt, Cipher("other"), 1000.0) is None
    assert connect_outcome.decode(outcome, CIPHER, last - 1) == OUTCOME
    assert connect_outcome.decode(outcome, CIPHER, last) is None
    assert connect_outcome.decode(outcome, Cipher("other"), 1000.0) is None


def test_no_token_passes_as_another() -> None:
    """A link opens no attempt, an attempt no page of a result, and so on."""
    made = [
        connect_link.encode(LINK, CIPHER),
        authorization_attempt.encode(ATTEMPT, CIPHER),
        connect_outcome.encode(OUTCOME, CIPHER),
        CIPHER.encrypt(json.dumps([])),
        "nonsense",
    ]
    readers = (connect_link.decode, authorization_attempt.decode, connect_outcome.decode)
    read = [[reader(token, CIPHER, 1000.0) is not None for token in made] for reader in readers]
    assert read == [[index == own for index in range(5)] for own in range(3)]


def test_secrets_are_not_shown() -> None:
    """Neither in the token nor in the text of an attempt."""
    for text in (authorization_attempt.encode(ATTEMPT, CIPHER), repr(ATTEMPT)):
        assert "the-secret" not in text
        assert "the-state" not in text


def test_an_attempt_that_no_cookie_can_hold() -> None:
    """A browser would drop it without a word: it is refused. The longest page to return to, and
    what an OAuth server needs, fit."""
    longest = replace(LINK, return_url="https://" + "a" * (connect_link.MAX_RETURN_URL - 8))
    usual = dict.fromkeys(("address", "id", "secret", "redirect", "verifier"), "x" * 60)
    fits = AuthorizationAttempt(longest, True, usual, "s" * 22, 1000.0)
    assert len(authorization_attempt.encode(fits, CIPHER)) < authorization_attempt.MAX_TOKEN
    with pytest.raises(ValidationFailed):
        authorization_attempt.encode(replace(fits, pending={"id": "x" * 2_000}), CIPHER)


def test_an_outcome_fits_into_an_address() -> None:
    """However many accounts there are, and however long their names and the sentence."""
    longest = replace(LINK, return_url="https://" + "a" * (connect_link.MAX_RETURN_URL - 8))
    outcome = ConnectOutcome(longest, True, ("名" * 500,) * 100, "名" * 5_000, 200, 1000.0)
    assert len(connect_outcome.encode(outcome, CIPHER)) < 8_000
