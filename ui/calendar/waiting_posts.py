"""The posts that have no place on the calendar: how many there are, and which list has them.

The inbox has those that wait for a person.
"""

from dataclasses import dataclass
from typing import Final

from sqlmodel import Session

from models.statuses import NEEDS_ATTENTION, PostStatus
from models.store.queue import calendar_page

_P: Final = PostStatus


@dataclass(frozen=True, slots=True)
class WaitingPosts:
    """A number of posts with a status, and what is said of them: `3 waiting for a slot`."""

    status: str
    count: int
    words: str

    @property
    def sentence(self) -> str:
        """The text of the link."""
        return f"{self.count} {self.words if self.count != 1 else self.words.removesuffix('s')}"


WORDS: Final = {
    _P.BACKLOG: "waiting for a slot",
    _P.DRAFT: "drafts",
}


@dataclass(frozen=True, slots=True)
class PostCounts:
    """What is not on the calendar. `attention`: the posts that need a person."""

    waiting: tuple[WaitingPosts, ...] = ()
    attention: int = 0


def count_posts(session: Session, organization_id: str) -> PostCounts:
    """Count them, in one query."""
    statuses = [*WORDS, *NEEDS_ATTENTION]
    counts = calendar_page.count_by_status(session, organization_id, statuses)
    waiting = (WaitingPosts(each, counts.get(each, 0), words) for each, words in WORDS.items())
    return PostCounts(
        tuple(each for each in waiting if each.count),
        sum(counts.get(status, 0) for status in NEEDS_ATTENTION),
    )
