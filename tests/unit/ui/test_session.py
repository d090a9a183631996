"""The page's session cookie: what opens, and what does not."""

import json

import pytest

from models.encryption import Cipher
from ui.sign_in import session
from ui.sign_in.session import LIFETIME, RENEW_AFTER, decode, encode, form_token

VAULT = Cipher("a secret")
NOW = 1_800_000_000.0


def test_a_signed_session_is_read_back() -> None:
    """What was sealed is read back, under an older secret key too."""
    mine = session.start_session("key-1", NOW)
    assert decode(encode(mine, VAULT), VAULT, NOW + 1) == mine
    assert decode(encode(mine, VAULT), Cipher("a new secret", "a secret"), NOW) == mine


def test_a_session_ends_after_twelve_hours_without_use() -> None:
    """It holds to the last second, and is renewed by then where it was used."""
    mine = session.start_session("key-1", NOW)
    token = encode(mine, VAULT)
    assert decode(token, VAULT, NOW + LIFETIME - 1) == mine
    assert decode(token, VAULT, NOW + LIFETIME) is None
    assert not mine.needs_renewal(NOW + RENEW_AFTER - 1)
    assert mine.needs_renewal(NOW + RENEW_AFTER)
    again = session.renew(mine, NOW + RENEW_AFTER)
    assert decode(encode(again, VAULT), VAULT, NOW + LIFETIME) == again
    assert form_token(again, VAULT) == form_token(mine, VAULT)


@pytest.mark.parametrize(
    "token",
    [
        "",
        "nonsense",
        "ä",
        encode(session.start_session("key-1", NOW), Cipher("another secret")),
        VAULT.encrypt("https://example.org/photo.jpg"),
        VAULT.encrypt(json.dumps(["another purpose", "key-1", NOW, "nonce"])),
        VAULT.encrypt(json.dumps({"key": "key-1"})),
        VAULT.encrypt(json.dumps(["page-session/1", "key-1"])),
    ],
)
def test_what_is_no_session_opens_nothing(token: str) -> None:
    """Other texts are refused, those that the vault sealed for another purpose too."""
    assert decode(token, VAULT, NOW) is None


def test_the_form_token_is_of_one_session() -> None:
    """Two sessions of one key have two, and another secret makes others."""
    one, other = session.start_session("key-1", NOW), session.start_session("key-1", NOW)
    tokens = {form_token(one, VAULT), form_token(other, VAULT), form_token(one, Cipher("x"))}
    assert len(tokens) == 3
