"""Encryption at rest (Fernet) for source links, credentials and webhook secrets."""

import base64
import hashlib
import hmac

from cryptography.fernet import Fernet, InvalidToken, MultiFernet


class WrongSecretKey(Exception):
    """The stored text was encrypted with another SLOTBEAT_SECRET_KEY."""


class Cipher:
    """Encrypts with a key derived from `secret`; also decrypts texts of `previous` secrets."""

    def __init__(self, secret: str, *previous: str) -> None:
        self._newest = _fernet(secret)
        self._all = MultiFernet([self._newest, *map(_fernet, previous)])
        # The labels below are part of the stored format: never change them.
        self._key = hashlib.sha256(b"slotbeat/fingerprint/1:" + secret.encode()).digest()

    def keyed_hash(self, text: str) -> str:
        """An HMAC of the text, 32 hexadecimal digits: equal texts have equal hashes."""
        return hmac.new(self._key, text.encode(), hashlib.sha256).hexdigest()[:32]

    def encrypt(self, text: str) -> str:
        """The text as a Fernet token; encrypting it again gives another token."""
        return self._newest.encrypt(text.encode()).decode()

    def decrypt(self, token: str) -> str:
        """The text of a token; WrongSecretKey if none of the secrets can decrypt it."""
        try:
            return self._all.decrypt(token.encode()).decode()
        except InvalidToken as error:
            raise WrongSecretKey(
                "stored secrets cannot be read: SLOTBEAT_SECRET_KEY differs from the one that "
                "wrote them"
            ) from error

    def reencrypt(self, token: str) -> str:
        """A token of the same text under the newest secret; unchanged if it is one already.

        WrongSecretKey if none of the secrets can decrypt it.
        """
        try:
            self._newest.decrypt(token.encode())
        except InvalidToken:
            return self.encrypt(self.decrypt(token))
        return token


def _fernet(secret: str) -> Fernet:
    digest = hashlib.sha256(b"slotbeat/vault/1:" + secret.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(digest))
