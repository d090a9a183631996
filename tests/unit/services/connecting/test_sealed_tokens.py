"""The tokens of connecting on a server's page: the authorization, and how it ended."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.encryption import Cipher
from services.connecting import connect_link, connect_outcome, pending_authorization
from services.connecting.connect_link import ConnectLink
from services.connecting.connect_outcome import ConnectOutcome
from services.connecting.pending_authorization import PendingAuthorization
from services.connecting.sealed_token import LIFETIME
from services.errors import ValidationFailed

CIPHER = Cipher("secret")
LINK = ConnectLink("org", "threads", "https://app.example/done", 900.0)
PENDING = {"instance": "https://social.example", "secret": "the-secret"}
AUTHORIZATION = PendingAuthorization(LINK, True, PENDING, "the-state", 1000.0)
OUTCOME = ConnectOutcome(LINK, False, ("Alice",), None, 200, 1000.0)


@given(st.dictionaries(st.text(max_size=20), st.text(max_size=20), max_size=5), st.booleans())
def test_an_attempt_says_what_was_put_in(pending: dict[str, str], has_link: bool) -> None:
    """Whatever the provider left pending."""
    authorization = PendingAuthorization(LINK, has_link, pending, "state", 1000.0)
    token = pending_authorization.encode(authorization, CIPHER)
    assert pending_authorization.decode(token, CIPHER, 1000.0) == authorization


def test_both_end_after_a_quarter_of_an_hour() -> None:
    """They work until then, and under the secret that made them."""
    authorization = pending_authorization.encode(AUTHORIZATION, CIPHER)
    outcome = connect_outcome.encode(OUTCOME, CIPHER)
    last = 1000.0 + LIFETIME
    assert pending_authorization.decode(authorization, CIPHER, last - 1) == AUTHORIZATION
    assert pending_authorization.decode(authorization, CIPHER, last) is None
    assert pending_authorization.decode(authorization, Cipher("other"), 1000.0) is None
    assert connect_outcome.decode(outcome, CIPHER, last - 1) == OUTCOME
    assert connect_outcome.decode(outcome, CIPHER, last) is None
    assert connect_outcome.decode(outcome, Cipher("other"), 1000.0) is None


def test_no_token_passes_as_another() -> None:
    """A link opens no authorization, an authorization no page of a result, and so on."""
    made = [
        connect_link.encode(LINK, CIPHER),
        pending_authorization.encode(AUTHORIZATION, CIPHER),
        connect_outcome.encode(OUTCOME, CIPHER),
        CIPHER.encrypt(json.dumps([])),
        "nonsense",
    ]
    readers = (connect_link.decode, pending_authorization.decode, connect_outcome.decode)
    read = [[reader(token, CIPHER, 1000.0) is not None for token in made] for reader in readers]
    assert read == [[index == own for index in range(5)] for own in range(3)]


def test_secrets_are_not_shown() -> None:
    """Neither in the token nor in the text of an authorization."""
    for text in (pending_authorization.encode(AUTHORIZATION, CIPHER), repr(AUTHORIZATION)):
        assert "the-secret" not in text
        assert "the-state" not in text


def test_an_attempt_that_no_cookie_can_hold() -> None:
    """A browser would drop it without a word: it is refused. The longest page to return to, and
    what an OAuth server needs, fit."""
    longest = replace(LINK, return_url="https://" + "a" * (connect_link.MAX_RETURN_URL - 8))
    usual = dict.fromkeys(("address", "id", "secret", "redirect", "verifier"), "x" * 60)
    fits = PendingAuthorization(longest, True, usual, "s" * 22, 1000.0)
    assert len(pending_authorization.encode(fits, CIPHER)) < pending_authorization.MAX_TOKEN
    with pytest.raises(ValidationFailed):
        pending_authorization.encode(replace(fits, provider_values={"id": "x" * 2_000}), CIPHER)


def test_an_outcome_fits_into_an_address() -> None:
    """However many accounts there are, and however long their names and the sentence."""
    longest = replace(LINK, return_url="https://" + "a" * (connect_link.MAX_RETURN_URL - 8))
    outcome = ConnectOutcome(longest, True, ("名" * 500,) * 100, "名" * 5_000, 200, 1000.0)
    assert len(connect_outcome.encode(outcome, CIPHER)) < 8_000
