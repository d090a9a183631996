"""The signed-in visitor of a page, and the error that sends everybody else to the sign-in page."""

from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from models.actors import ALL_SCOPES, Actor, Scope
from services.publishing_obstacles import Obstacle
from ui.organization_mark import Mark


@dataclass(frozen=True, slots=True)
class SignedInOrganization:
    """An organization whose pages the visitor's session opens: for the switcher in the head."""

    id: str
    name: str
    base: str
    mark: Mark


# More posts than this are not counted for the inbox in the page's head.
MAX_COUNT: Final = 100


@dataclass(frozen=True, slots=True)
class Visitor:
    """The organization that is signed in. `base`: how the addresses of its pages begin. `key`: the
    API key that opens them. `csrf`: the token in every form of this session. `organizations`: all
    that the session opens, this one among them. `obstacles`: what keeps its posts from going out at
    the moment. `inbox_count`: posts that need a person, counted up to `MAX_COUNT`."""

    organization_id: str
    organization: str
    base: str
    mark: Mark
    key: Actor
    zone: str
    is_enabled: bool
    is_paused: bool
    session_id: str
    csrf: str
    organizations: tuple[SignedInOrganization, ...] = ()
    obstacles: tuple[Obstacle, ...] = ()
    inbox_count: int = 0

    @property
    def can_write(self) -> bool:
        """Whether it may change anything."""
        return Scope.WRITE in self.key.scopes

    @property
    def can_approve(self) -> bool:
        """Whether it may approve and reject posts."""
        return Scope.APPROVE in self.key.scopes

    @property
    def can_manage_keys(self) -> bool:
        """Whether its key may do everything, and so may make keys."""
        return all(each in self.key.scopes for each in ALL_SCOPES)


class SignInNeeded(Exception):
    """The request has no valid session. `back`: the page to return to after signing in."""

    def __init__(self, back: str) -> None:
        super().__init__("sign in first")
        self.back = back

    @property
    def address(self) -> str:
        """The URL of the sign-in page, with the way back."""
        return "/sign-in" if self.back == "/" else f"/sign-in?next={quote(self.back, safe='')}"
