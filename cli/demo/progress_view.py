"""The demo's live view: a progress bar, and the step that each post is in."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from rich.console import Group
from rich.live import Live
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from cli.output import build_table, console
from models.posts import Delivery, Post
from models.statuses import SETTLED_POSTS, DeliveryStatus, MediaStatus, PostStatus

MEDIA_STEPS = {
    MediaStatus.NEW: "upload",
    MediaStatus.UPLOADED: "confirm",
    MediaStatus.CONFIRMED: "poll",
}
DELIVERY_STEPS = {
    DeliveryStatus.PENDING: "create",
    DeliveryStatus.CREATED: "schedule",
    DeliveryStatus.SCHEDULED: "waits for its slot",
    DeliveryStatus.PUBLISHING: "verify",
}


@dataclass(frozen=True, slots=True)
class DemoPost:
    """A post with its deliveries, and how far its files are."""

    post: Post
    files: list[MediaStatus]
    deliveries: list[Delivery]

    @property
    def step(self) -> str:
        """The step that the post is in, in a few words."""
        if self.post.status in SETTLED_POSTS:
            return "live" if self.post.status == PostStatus.PUBLISHED else "ended"
        for status in self.files:
            if status is not MediaStatus.READY:
                return MEDIA_STEPS.get(status, status.value)
        steps = [DELIVERY_STEPS.get(DeliveryStatus(each.status)) for each in self.deliveries]
        order = list(DELIVERY_STEPS.values())
        return min((step for step in steps if step), key=order.index, default="verify")

    @property
    def is_done(self) -> bool:
        """Ended, or published, scheduled or failed on every account."""
        done_statuses = (DeliveryStatus.SCHEDULED, DeliveryStatus.PUBLISHED, DeliveryStatus.FAILED)
        return self.post.status in SETTLED_POSTS or all(
            each.status in done_statuses for each in self.deliveries
        )


class ProgressView:
    """Draws the posts' progress: live on a terminal, one line a change elsewhere."""

    def __init__(self, live: Live | None, bar: Progress) -> None:
        self._live = live
        self._bar = bar
        self._task = bar.add_task("posts placed", total=None)
        self._last_steps: dict[str, str] = {}

    def show(self, posts: list[DemoPost]) -> None:
        """Update the view."""
        done = sum(each.is_done for each in posts)
        self._bar.update(self._task, total=len(posts), completed=done)
        if self._live is not None:
            self._live.update(Group(self._bar, _progress_table(posts)))
            return
        for each in posts:
            key = each.post.row_key or each.post.id
            if self._last_steps.get(key) != each.step:
                self._last_steps[key] = each.step
                console.print(f"[{done:2}/{len(posts)}] {key}: {each.step}", markup=False)


@contextmanager
def open_progress_view() -> Iterator[ProgressView]:
    """A view for as long as the block lasts."""
    bar = Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
    )
    if not console.is_terminal:
        yield ProgressView(None, bar)
        return
    with Live(bar, console=console, refresh_per_second=8, transient=True) as live:
        yield ProgressView(live, bar)


def _progress_table(posts: list[DemoPost]) -> Table:
    ordered = sorted(
        posts, key=lambda each: (str(each.post.scheduled_for), each.post.row_key or "")
    )
    rows = [
        (each.post.row_key, each.post.post_type, " ".join(each.post.platforms), each.step)
        for each in ordered
    ]
    return build_table("", ["post", "type", "platforms", "step"], rows)
