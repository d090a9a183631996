"""What all handlers of a sandbox share: accounts, tokens, statuses, files, faults and counters."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from secrets import token_urlsafe
from typing import Any, Final

from aiohttp import web

from simulator.faults import FaultInjector

HOST: Final = "mastodon.test"
KEY_SECONDS: Final = 3600
SCOPES: Final = (
    "read", "write", "profile", "read:accounts", "read:statuses", "write:statuses", "write:media",
)  # fmt: skip


@dataclass(frozen=True)
class SandboxLimits:
    """What the instance takes; `video_polls`: how often a video is asked for until it is ready."""

    characters: int = 500
    url_length: int = 23
    files: int = 4
    file_bytes: int = 1024 * 1024
    description: int = 1500
    video_polls: int = 1


@dataclass
class SandboxAccount:
    """An account; `token`: the one that it was made with, with all scopes."""

    id: str
    name: str
    token: str = field(repr=False)
    is_disabled: bool = False


@dataclass
class Media:
    """A file. `polls`: how often it is still not ready; `status_id`: where it is attached."""

    id: str
    owner: str
    kind: str
    description: str = ""
    polls: int = 0
    status_id: str | None = None


@dataclass
class Status:
    """A status; `warning` is Mastodon's spoiler_text."""

    id: str
    owner: str
    text: str
    at: datetime
    visibility: str
    warning: str
    language: str | None
    is_sensitive: bool
    in_reply_to: str | None
    media: list[Media]


@dataclass
class SandboxState:
    """One sandbox. `keys`: (account, idempotency key) → (status, when); `offset`: how far its clock
    was turned on by a test."""

    limits: SandboxLimits
    faults: FaultInjector
    accounts: dict[str, SandboxAccount] = field(default_factory=dict)
    tokens: dict[str, tuple[str, frozenset[str]]] = field(default_factory=dict, repr=False)
    apps: dict[str, dict[str, Any]] = field(default_factory=dict, repr=False)
    codes: dict[str, dict[str, Any]] = field(default_factory=dict, repr=False)
    media: dict[str, Media] = field(default_factory=dict)
    statuses: dict[str, Status] = field(default_factory=dict)
    keys: dict[tuple[str, str], tuple[str, datetime]] = field(default_factory=dict)
    calls: Counter[str] = field(default_factory=Counter)
    offset: timedelta = timedelta(0)
    hang: float = 1.0
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    _last_id: int = 110_000_000_000_000_000

    def now(self) -> datetime:
        """The sandbox's clock."""
        return datetime.now(UTC) + self.offset

    def new_id(self) -> str:
        """A new id, greater than all before."""
        self._last_id += 1
        return str(self._last_id)

    def create_account(self) -> SandboxAccount:
        """A new account with a token of all scopes."""
        account_id = self.new_id()
        account = SandboxAccount(account_id, f"user{account_id[-5:]}", token_urlsafe(24))
        self.accounts[account_id] = account
        self.tokens[account.token] = account_id, frozenset(SCOPES)
        return account


STATE_KEY: Final = web.AppKey("mastodon_state", SandboxState)
