"""Encryption at rest: readable with the secret, and with nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.encryption import Cipher, WrongSecretKey

SECRET = "an installation's own secret"
LINK = "https://bucket.example/video.mp4?X-Amz-Signature=abcdef"
CIPHER = Cipher(SECRET)


@given(st.text())
def test_what_was_encrypted_comes_back(text: str) -> None:
    """Any text survives, and a second cipher with the same secret decrypts it too."""
    assert Cipher(SECRET).decrypt(CIPHER.encrypt(text)) == text


def test_nothing_of_the_text_is_readable() -> None:
    """What is stored shows neither the link nor its signature, and is never the same twice."""
    first, second = CIPHER.encrypt(LINK), CIPHER.encrypt(LINK)
    assert first != second
    for part in ("bucket", "Signature", "abcdef", "https"):
        assert part not in first


def test_another_secret_cannot_read_it() -> None:
    """The refusal names the setting and shows no secret, no text and no token."""
    token = CIPHER.encrypt(LINK)
    with pytest.raises(WrongSecretKey, match="SLOTBEAT_SECRET_KEY") as caught:
        Cipher("another secret").decrypt(token)
    for secret in (LINK, token, SECRET, "another secret"):
        assert secret not in str(caught.value)


@pytest.mark.parametrize("token", ["", "plain text", "gAAAAABhello", "é"])
def test_what_is_no_token_raises_the_same_error(token: str) -> None:
    """Damaged or plain text in the column is the same error, not a crash of another kind."""
    with pytest.raises(WrongSecretKey):
        CIPHER.decrypt(token)


def test_a_token_that_was_tampered_with_is_refused() -> None:
    """A changed letter is noticed."""
    token = CIPHER.encrypt(LINK)
    middle = len(token) // 2
    other = "A" if token[middle] != "A" else "B"
    with pytest.raises(WrongSecretKey):
        CIPHER.decrypt(token[:middle] + other + token[middle + 1 :])


def test_previous_secrets_are_read_and_not_written() -> None:
    """What an older secret wrote can be read; what is written is under the newest alone."""
    old, newer = Cipher("old"), Cipher("new", "older", "old")
    assert newer.decrypt(old.encrypt(LINK)) == LINK
    assert Cipher("new").decrypt(newer.encrypt(LINK)) == LINK
    with pytest.raises(WrongSecretKey):
        old.decrypt(newer.encrypt(LINK))


def test_a_token_is_renewed_once() -> None:
    """A token of the newest secret does not change; one of an unknown secret is refused."""
    newer = Cipher("new", "old")
    renewed = newer.reencrypt(Cipher("old").encrypt(LINK))
    assert Cipher("new").decrypt(renewed) == LINK
    assert newer.reencrypt(renewed) == renewed
    with pytest.raises(WrongSecretKey):
        newer.reencrypt(Cipher("another").encrypt(LINK))
