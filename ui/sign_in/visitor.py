"""The signed-in visitor of a page, and the error that sends everybody else to the sign-in page."""

from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from services.publishing_obstacles import Obstacle
from ui.organization_mark import Mark, organization_mark

# More posts than this are not counted for the inbox in the page's head.
MAX_COUNT: Final = 100


@dataclass(frozen=True, slots=True)
class Visitor:
    """The organization that is signed in. `base`: how the addresses of its pages begin. `csrf`: the
    token in every form of this session. `obstacles`: what keeps its posts from going out at the
    moment. `can_write`, `can_approve`: what the key allows. `inbox_count`: posts that need a
    person, counted up to `MAX_COUNT`."""

    organization_id: str
    organization: str
    base: str
    key_id: str
    zone: str
    is_enabled: bool
    is_paused: bool
    csrf: str
    obstacles: tuple[Obstacle, ...] = ()
    can_write: bool = True
    can_approve: bool = True
    inbox_count: int = 0

    @property
    def mark(self) -> Mark:
        """The organization's letters and colour."""
        return organization_mark(self.organization_id, self.organization)


class SignInNeeded(Exception):
    """The request has no valid session. `back`: the page to return to after signing in."""

    def __init__(self, back: str) -> None:
        super().__init__("sign in first")
        self.back = back

    @property
    def address(self) -> str:
        """The URL of the sign-in page, with the way back."""
        return "/sign-in" if self.back == "/" else f"/sign-in?next={quote(self.back, safe='')}"
