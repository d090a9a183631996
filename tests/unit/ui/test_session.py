"""The session cookie: which cookies are valid, and for how long."""

import json

import pytest

from models.encryption import Cipher
from ui.sign_in import session
from ui.sign_in.session import LIFETIME, RENEW_AFTER, decode, encode, form_token

CIPHER = Cipher("a secret")
NOW = 1_800_000_000.0


def test_a_signed_session_is_read_back() -> None:
    """Also one that was encrypted with an older secret key."""
    mine = session.start_session("key-1", NOW)
    assert decode(encode(mine, CIPHER), CIPHER, NOW + 1) == mine
    assert decode(encode(mine, CIPHER), Cipher("a new secret", "a secret"), NOW) == mine


def test_a_session_ends_after_twelve_hours_without_use() -> None:
    """It is valid to the last second, and renewed while it is used."""
    mine = session.start_session("key-1", NOW)
    token = encode(mine, CIPHER)
    assert decode(token, CIPHER, NOW + LIFETIME - 1) == mine
    assert decode(token, CIPHER, NOW + LIFETIME) is None
    assert not mine.needs_renewal(NOW + RENEW_AFTER - 1)
    assert mine.needs_renewal(NOW + RENEW_AFTER)
    again = session.renew(mine, NOW + RENEW_AFTER)
    assert decode(encode(again, CIPHER), CIPHER, NOW + LIFETIME) == again
    assert form_token(again, CIPHER) == form_token(mine, CIPHER)


@pytest.mark.parametrize(
    "token",
    [
        "",
        "nonsense",
        "ä",
        encode(session.start_session("key-1", NOW), Cipher("another secret")),
        CIPHER.encrypt("https://example.org/photo.jpg"),
        CIPHER.encrypt(json.dumps(["another purpose", "key-1", NOW, "nonce"])),
        CIPHER.encrypt(json.dumps({"key": "key-1"})),
        CIPHER.encrypt(json.dumps(["page-session/1", "key-1"])),
    ],
)
def test_an_invalid_cookie_is_refused(token: str) -> None:
    """Also a text that the cipher encrypted for another purpose."""
    assert decode(token, CIPHER, NOW) is None


def test_the_form_token_is_of_one_session() -> None:
    """Two sessions of one key have two tokens, and another secret makes other tokens."""
    one, other = session.start_session("key-1", NOW), session.start_session("key-1", NOW)
    tokens = {form_token(one, CIPHER), form_token(other, CIPHER), form_token(one, Cipher("x"))}
    assert len(tokens) == 3
