"""Encryption at rest, for what must be kept and must not be read: source links, credentials."""

import base64
import hashlib
import hmac

from cryptography.fernet import Fernet, InvalidToken


class WrongSecretKey(Exception):
    """What is stored was written under another SLOTBEAT_SECRET_KEY."""


class Vault:
    """Encrypts and decrypts text with a key derived from the installation's secret."""

    def __init__(self, secret: str) -> None:
        digest = hashlib.sha256(b"slotbeat/vault/1:" + secret.encode()).digest()
        self._fernet = Fernet(base64.urlsafe_b64encode(digest))
        self._key = hashlib.sha256(b"slotbeat/fingerprint/1:" + secret.encode()).digest()

    def fingerprint(self, text: str) -> str:
        """A hash that equal texts share, and that nobody makes without the secret."""
        return hmac.new(self._key, text.encode(), hashlib.sha256).hexdigest()[:32]

    def encrypt(self, text: str) -> str:
        """The text, unreadable without the secret."""
        return self._fernet.encrypt(text.encode()).decode()

    def decrypt(self, token: str) -> str:
        """The text again; WrongSecretKey when the secret has changed."""
        try:
            return self._fernet.decrypt(token.encode()).decode()
        except InvalidToken as error:
            raise WrongSecretKey(
                "stored secrets cannot be read: SLOTBEAT_SECRET_KEY differs from the one that "
                "wrote them"
            ) from error
