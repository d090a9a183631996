"""How a move is taken back: the fields of a second move, to the place that the post had before."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from models.posts import Post
from models.statuses import PostStatus
from services.presenters import format_instant

# What a move is given, one of them: a slot of the queue, another post, a day, an instant, a draft.
TARGETS: Final = ("slot", "with", "day", "at", "draft")
UNDO_TARGETS: Final = ("slot", "with", "at", "draft")


@dataclass(frozen=True, slots=True)
class Undo:
    """A second move: of this post, to this target."""

    post_id: str
    target: str
    value: str

    @property
    def fields(self) -> dict[str, str]:
        """The fields of the form."""
        return {"post": self.post_id, self.target: self.value}

    def write(self) -> str:
        """As one parameter of an address."""
        return f"{self.target} {self.post_id} {self.value}"


def read_undo(text: str) -> Undo | None:
    """The undo of an address; None where it says none. It is only offered, and checked when it is
    used."""
    target, _, rest = text.partition(" ")
    post_id, _, value = rest.partition(" ")
    return Undo(post_id, target, value) if target in UNDO_TARGETS and value else None


def undo_of(post: Post, now: datetime) -> Undo | None:
    """The way back of a post that is about to move; None where there is none, as to the posts that
    wait for a slot, or to a time that is over."""
    if post.status == PostStatus.DRAFT and post.scheduled_for is None:
        return Undo(post.id, "draft", "true")
    if post.status != PostStatus.SCHEDULED or post.scheduled_for is None:
        return None
    if post.scheduled_for <= now or post.late_at is not None:
        return None
    target = "slot" if post.publish_mode == "next_slot" else "at"
    return Undo(post.id, target, format_instant(post.scheduled_for) or "")
