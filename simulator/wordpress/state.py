"""What all handlers of a sandbox share: users, posts, files, terms and faults."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from secrets import token_hex
from typing import Any, Final

from aiohttp import web

from simulator.faults import FaultInjector

_AUTHOR: Final = frozenset(("publish_posts", "upload_files", "edit_posts"))
ROLES: Final = {
    "administrator": _AUTHOR | {"edit_others_posts", "edit_users"},
    "author": _AUTHOR,
    "contributor": frozenset(("edit_posts",)),
}


@dataclass
class User:
    """A user, with the application passwords that are valid now."""

    id: int
    username: str
    role: str
    passwords: set[str] = field(default_factory=set, repr=False)

    def may(self, right: str) -> bool:
        """Whether its role has the right."""
        return right in ROLES[self.role]


@dataclass
class Post:
    """A post; an empty `date` is set when it is published. `slug` only where one was chosen."""

    id: int
    author: int
    status: str = "draft"
    date: str = ""
    title: str = ""
    content: str = ""
    excerpt: str = ""
    slug: str = ""
    featured_media: int = 0
    tags: list[int] = field(default_factory=list)
    categories: list[int] = field(default_factory=lambda: [1])


@dataclass
class File:
    """A file of the library."""

    id: int
    author: int
    name: str
    content_type: str
    alt_text: str = ""


@dataclass
class SiteState:
    """One site. Posts and files have one sequence of ids, as the real server's; terms another."""

    faults: FaultInjector
    hang: float
    password: str = field(default_factory=lambda: token_hex(12), repr=False)
    url: str = ""
    users: dict[int, User] = field(default_factory=dict)
    posts: dict[int, Post] = field(default_factory=dict)
    files: dict[int, File] = field(default_factory=dict)
    tags: dict[int, str] = field(default_factory=dict)
    categories: dict[int, str] = field(default_factory=lambda: {1: "Uncategorized"})
    call_counts: Counter[str] = field(default_factory=Counter)
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    _last_id: int = 0

    def __post_init__(self) -> None:
        """The site begins with its administrator."""
        self.add_user("admin", "administrator").passwords.add(self.password)

    def next_id(self) -> int:
        """A new id."""
        self._last_id += 1
        return self._last_id

    def add_user(self, username: str, role: str) -> User:
        """A new user."""
        user = User(len(self.users) + 1, username, role)
        self.users[user.id] = user
        return user

    def sign_in(self, username: str, password: str) -> User | None:
        """The user whose password this is."""
        plain = "".join(filter(str.isalnum, password))
        for user in self.users.values():
            if user.username == username and plain in user.passwords:
                return user
        return None


@dataclass(frozen=True)
class Call:
    """One request, and who makes it."""

    request: web.Request
    state: SiteState
    user: User | None
    body: dict[str, Any]

    @property
    def id(self) -> int:
        """The id in the path."""
        return int(self.request.match_info["id"])


CallHandler = Callable[[Call], Awaitable[web.Response]]
STATE_KEY: Final = web.AppKey("state", SiteState)


def wordpress_time() -> str:
    """Now, as `date_gmt` has it."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S")
