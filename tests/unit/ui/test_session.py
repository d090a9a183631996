"""The session cookie, and which key of a session opens a page."""

from datetime import UTC, datetime

import pytest

from models.actors import Actor, ActorKind
from models.encryption import Cipher
from models.store.tenants.page_sessions import SignedInKey
from ui.sign_in import session
from ui.sign_in.browser_name import browser_name
from ui.sign_in.session import RENEW_AFTER, decode, encode, form_token

CIPHER = Cipher("a secret")
NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)


def signed_in(number: int, key: str = "key", *, is_suspended: bool = False) -> SignedInKey:
    """A key of the organization with this number."""
    actor = Actor(ActorKind.KEY, key, key)
    id_ = f"{number:032x}"
    return SignedInKey(actor, id_, "Acme", "UTC", True, False, is_suspended, None, None, None, None)


def test_a_token_is_read_back() -> None:
    """Also one that was encrypted with an older secret key; and the cookie does not show it."""
    token = session.new_token()
    cookie = encode(token, CIPHER)
    assert decode(cookie, CIPHER) == decode(cookie, Cipher("a new secret", "a secret")) == token
    assert token not in cookie
    assert token != session.new_token()


def test_a_session_is_renewed_once_in_ten_minutes() -> None:
    """Not at every request."""
    assert not session.needs_renewal(NOW, NOW + RENEW_AFTER * 0.99)
    assert session.needs_renewal(NOW, NOW + RENEW_AFTER)


@pytest.mark.parametrize(
    "cookie",
    [
        "",
        "nonsense",
        "ä",
        encode("token", Cipher("another secret")),
        CIPHER.encrypt("https://example.org/photo.jpg"),
        CIPHER.encrypt('["page-session/1", "key-1", 1.0, "nonce"]'),
    ],
)
def test_an_invalid_cookie_is_refused(cookie: str) -> None:
    """Also a text that the cipher encrypted for another purpose, and the cookie of an older
    version."""
    assert decode(cookie, CIPHER) is None


def test_the_form_token_is_of_one_session() -> None:
    """Two sessions have two tokens, and another secret makes other tokens."""
    tokens = {form_token("1", CIPHER), form_token("2", CIPHER), form_token("1", Cipher("x"))}
    assert len(tokens) == 3
    assert form_token("1", CIPHER) in tokens


def test_the_address_picks_the_key() -> None:
    """The key of the organization that it names, of several the first, which signed in last; none
    of an organization that is switched off."""
    keys = [signed_in(1, is_suspended=True), signed_in(2, "newer"), signed_in(2, "older")]
    newer = keys[1]
    assert session.find_key(keys, "acme-000000000002") is newer
    assert session.find_key(keys, "another-name-000000000002") is newer
    assert session.find_key(keys, None) is newer
    assert session.find_key(keys, "acme-000000000001") is None
    assert session.find_key(keys, "acme-000000000003") is None


WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"
LINUX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
WINDOWS = f"Mozilla/5.0 (Windows NT 10.0) {WEBKIT} Chrome/140.0 Safari/537.36 Edg/140.0"
PHONE = f"Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) {WEBKIT} Safari/604.1"


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        (LINUX, "Firefox on Linux"),
        (WINDOWS, "Edge on Windows"),
        (PHONE, "Safari on iPhone"),
        ("curl/8.0", "A browser"),
        ("", "A browser"),
    ],
)
def test_a_browser_is_named_in_few_words(user_agent: str, name: str) -> None:
    """Its name and its system, without versions."""
    assert browser_name(user_agent) == name
