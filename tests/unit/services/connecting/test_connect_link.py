"""The token of a link to our page, and the addresses that the page may lead back to."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.encryption import Cipher
from services.connecting.connect_link import (
    ConnectLink,
    check_return_url,
    decode,
    encode,
    link_url,
)
from services.connecting.sealed_token import LIFETIME
from services.errors import ValidationFailed

CIPHER = Cipher("secret")
LINK = ConnectLink("org", "threads", "https://app.example/done", 1000.0)


@given(st.text(), st.text(), st.none() | st.text(), st.floats(0, 1e12))
def test_a_token_says_what_was_put_in(org: str, platform: str, back: str, at: float) -> None:
    """Whatever the texts are, until its end."""
    link = ConnectLink(org, platform, back, at)
    assert decode(encode(link, CIPHER), CIPHER, at) == link
    assert decode(encode(link, CIPHER), CIPHER, at + LIFETIME + 1) is None


def test_a_token_ends_after_a_quarter_of_an_hour() -> None:
    """It works until then."""
    token = encode(LINK, CIPHER)
    assert decode(token, CIPHER, LINK.issued_at + LIFETIME - 1) == LINK
    assert decode(token, CIPHER, LINK.issued_at + LIFETIME) is None


@given(st.text())
def test_any_other_text_is_no_token(text: str) -> None:
    """None, and no error."""
    assert decode(text, CIPHER, 0) is None


@pytest.mark.parametrize(
    "parts", [["page-session/1", "key", 0, "nonce", 0], [], {}, ["connect-link/1"], "text", 5]
)
def test_what_was_encrypted_for_another_purpose_is_no_token(parts: object) -> None:
    """A session cookie, for example; nor is a token of another secret key."""
    assert decode(CIPHER.encrypt(json.dumps(parts)), CIPHER, 0) is None
    assert decode(encode(LINK, Cipher("other")), CIPHER, LINK.issued_at) is None


def test_the_token_in_the_address() -> None:
    """It is one parameter, and nothing in it is readable."""
    url = link_url("https://slotbeat.example/", encode(LINK, CIPHER))
    assert url.startswith("https://slotbeat.example/connect?token=")
    assert "app.example" not in url


@pytest.mark.parametrize(
    "url",
    [
        "https://app.example/done?a=1#b",
        "http://localhost:3000/",
        "http://127.0.0.1/x",
        "http://[::1]:8/",
    ],
)
def test_pages_to_return_to(url: str) -> None:
    """https anywhere, http on this machine."""
    assert check_return_url(url) == url


@pytest.mark.parametrize(
    "url",
    [
        "http://app.example/",
        "javascript://localhost/%0aalert(1)",
        "ftp://127.0.0.1/",
        "//localhost/",
        "http://localhost.evil.example/",
        "http://127.0.0.1.evil.example/",
        "https://app.example@evil.example/",
        "https://user:password@app.example/",
        "https://exämple.org/",
        "https://app.example/" + "a" * 2_000,
    ],
)
def test_pages_that_are_refused(url: str) -> None:
    """A field error for the redirectUrl."""
    with pytest.raises(ValidationFailed) as refusal:
        check_return_url(url)
    assert [each["field"] for each in refusal.value.details] == ["redirectUrl"]
