"""Encryption at rest, for what must be kept and must not be read: source links, credentials."""

import base64
import hashlib
import hmac

from cryptography.fernet import Fernet, InvalidToken, MultiFernet


class WrongSecretKey(Exception):
    """What is stored was written under another SLOTBEAT_SECRET_KEY."""


class Cipher:
    """Encrypts with a key derived from the secret, and reads what `previous` secrets wrote too."""

    def __init__(self, secret: str, *previous: str) -> None:
        self._newest = _fernet(secret)
        self._all = MultiFernet([self._newest, *map(_fernet, previous)])
        self._key = hashlib.sha256(b"slotbeat/fingerprint/1:" + secret.encode()).digest()

    def keyed_hash(self, text: str) -> str:
        """A hash that equal texts share, and that nobody makes without the secret."""
        return hmac.new(self._key, text.encode(), hashlib.sha256).hexdigest()[:32]

    def encrypt(self, text: str) -> str:
        """The text, unreadable without the secret."""
        return self._newest.encrypt(text.encode()).decode()

    def decrypt(self, token: str) -> str:
        """The text again; WrongSecretKey when none of the secrets wrote it."""
        try:
            return self._all.decrypt(token.encode()).decode()
        except InvalidToken as error:
            raise WrongSecretKey(
                "stored secrets cannot be read: SLOTBEAT_SECRET_KEY differs from the one that "
                "wrote them"
            ) from error

    def reencrypt(self, token: str) -> str:
        """The same text under the newest secret; the very token where it is so already.

        WrongSecretKey when none of the secrets wrote it.
        """
        try:
            self._newest.decrypt(token.encode())
        except InvalidToken:
            return self.encrypt(self.decrypt(token))
        return token


def _fernet(secret: str) -> Fernet:
    digest = hashlib.sha256(b"slotbeat/vault/1:" + secret.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(digest))
