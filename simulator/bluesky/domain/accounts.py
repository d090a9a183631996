"""The accounts of a sandbox: their passwords, their state and their repository."""

import hashlib
import hmac
import re
import secrets
from base64 import b32encode
from dataclasses import dataclass, field
from typing import Any, Final

from simulator.bluesky.domain.repository import Repository
from simulator.bluesky.errors import XrpcError, invalid_request

_HANDLE: Final = re.compile(r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]*[a-z0-9])?")


@dataclass
class Account:
    """An account; `app_passwords` by name."""

    did: str
    handle: str
    email: str
    password: str = field(repr=False)
    repository: Repository = field(repr=False)
    app_passwords: dict[str, str] = field(default_factory=dict, repr=False)
    taken_down: bool = False
    deactivated: bool = False

    @property
    def hidden(self) -> bool:
        """Whether nobody can read its records."""
        return self.taken_down or self.deactivated

    def check_active(self) -> None:
        """XrpcError 401 if the account may not write."""
        if self.taken_down:
            raise XrpcError(401, "AccountTakedown", "Account has been taken down")
        if self.deactivated:
            raise XrpcError(401, "AccountDeactivated", "Account is deactivated")

    def describe(self) -> dict[str, Any]:
        """What answers about sessions say of it."""
        status = "takendown" if self.taken_down else "deactivated" if self.deactivated else None
        return {
            "did": self.did,
            "handle": self.handle,
            "email": self.email,
            "emailConfirmed": False,
            "active": status is None,
            **({"status": status} if status else {}),
        }


class Accounts:
    """All accounts, found by DID, handle or e-mail address."""

    def __init__(self) -> None:
        self.by_did: dict[str, Account] = {}

    def create(self, handle: str, email: str, password: str, now: int) -> Account:
        """A new account; XrpcError 400 for a handle that is invalid or taken."""
        handle = handle.lower()
        check_handle(handle)
        if self.find(handle) is not None:
            raise invalid_request(f"Handle already taken: {handle}", "HandleNotAvailable")
        digest = hashlib.sha256(f"{handle} {secrets.token_hex(8)}".encode()).digest()
        did = f"did:plc:{b32encode(digest).decode().lower()[:24]}"
        account = Account(did, handle, email, password, Repository(did, now))
        self.by_did[did] = account
        return account

    def find(self, identifier: str) -> Account | None:
        """The account with this DID, handle or e-mail address."""
        if identifier in self.by_did:
            return self.by_did[identifier]
        wanted = identifier.lower()
        accounts = self.by_did.values()
        return next((it for it in accounts if wanted in {it.handle, it.email.lower()}), None)

    def log_in(self, identifier: str, password: str) -> tuple[Account, str | None]:
        """The account, and the name of the app password (None for the main one).

        Raises:
            XrpcError: 401, the same for every mistake; or AccountTakedown.
        """
        account = self.find(identifier)
        name = _password_name(account, password) if account else ""
        # A taken-down account does not know its app passwords any more, as at the real server.
        if account is None or name == "" or (account.taken_down and name is not None):
            raise XrpcError(401, "AuthenticationRequired", "Invalid identifier or password")
        if account.taken_down:
            account.check_active()
        return account, name


def check_handle(handle: str) -> None:
    """XrpcError 400 unless a text can be a handle."""
    if not _HANDLE.fullmatch(handle.lower()):
        raise invalid_request(f'Invalid handle (got "{handle}")')


def _password_name(account: Account, password: str) -> str | None:
    """None for the main password, the name of an app password, "" for a wrong one."""
    if hmac.compare_digest(account.password.encode(), password.encode()):
        return None
    named = account.app_passwords.items()
    given = password.encode()
    return next((name for name, it in named if hmac.compare_digest(it.encode(), given)), "")
