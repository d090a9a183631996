"""The provider's side: what a call does when it arrives, and what the provider does by itself.

Four kinds, as the real ones: `swonkie` (drafts, a timer), `wordpress` (drafts, no timer), `bluesky`
(no drafts, ids of our own, a head that each write names), `mastodon` (no drafts, its own ids).
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from provider.errors import GiveUp, OutcomeUnknown, ProviderError, Retry
from provider.protocol import RemotePost, RemoteStage

KINDS = ("swonkie", "wordpress", "bluesky", "mastodon")
WITH_DRAFTS = ("swonkie", "wordpress")
READS = ("get", "find")
CLOCK_MARGIN = timedelta(minutes=10)
D, S, P, OUT = (
    RemoteStage.DRAFT,
    RemoteStage.SCHEDULED,
    RemoteStage.PUBLISHING,
    RemoteStage.PUBLISHED,
)


class Call(NamedTuple):
    """A request. `head`: the one that a write at Bluesky names; `until`: from then on it no longer
    arrives (None: it may at any time); `held_until`: the end of the claim that it was planned
    under."""

    name: str
    remote_id: str = ""
    marker: str = ""
    text: str = ""
    at: datetime | None = None
    held_until: float = 0
    head: int = 0
    until: datetime | None = None


class Answer(NamedTuple):
    """What the caller gets: a value, or the class and the text of an error."""

    value: object = None
    error: type[ProviderError] | None = None
    text: str = ""


class Row(NamedTuple):
    """A post at the provider."""

    id: str
    marker: str
    text: str
    at: datetime | None
    stage: RemoteStage
    since: datetime

    def shown(self) -> RemotePost:
        """The row in the protocol's form."""
        return RemotePost(self.id, self.stage, self.stage.upper(), self.at)


class Remote(NamedTuple):
    """All that the provider has. `public`: the marker and the text of each publication that people
    can see; what was deleted on the network itself is no longer there."""

    rows: tuple[Row, ...] = ()
    public: tuple[tuple[str, str], ...] = ()
    made: int = 0
    head: int = 0

    def get(self, remote_id: str) -> Row | None:
        """The post with this id."""
        return next((row for row in self.rows if row.id == remote_id), None)

    def put(self, row: Row) -> "Remote":
        """With this row in place of the one with its id."""
        others = tuple(each for each in self.rows if each.id != row.id)
        return self._replace(rows=(*others, row))

    def without(self, row: Row) -> "Remote":
        """Without this row."""
        return self._replace(rows=tuple(each for each in self.rows if each != row))


Result = tuple[Remote, Answer]


def arrive(kind: str, remote: Remote, call: Call, now: datetime) -> Result:
    """What the provider has after this call, and its answer."""
    if call.name in READS:
        return remote, Answer(_read(kind, remote, call, now))
    if kind in WITH_DRAFTS:
        return _change_draft(remote, call, now)
    if call.name == "delete":
        return _take_away(kind, remote, call)
    return _publish(kind, remote, call, now)


def _read(kind: str, remote: Remote, call: Call, now: datetime) -> object:
    if call.name == "get":
        row = remote.get(call.remote_id)
        return row.shown() if row else None
    if kind in WITH_DRAFTS:
        return tuple(row.shown() for row in remote.rows if row.marker == call.marker)
    since = (call.at or now) - CLOCK_MARGIN
    return tuple(row.shown() for row in remote.rows if row.text == call.text and row.since >= since)


def _change_draft(remote: Remote, call: Call, now: datetime) -> Result:
    if call.name == "create":
        row = Row(f"remote-{remote.made + 1}", call.marker, call.text, call.at, D, now)
        return remote.put(row)._replace(made=remote.made + 1), Answer(row.shown())
    row_or_none = remote.get(call.remote_id)
    if row_or_none is None:
        is_fine = call.name in ("delete", "unschedule")
        return remote, Answer() if is_fine else Answer(None, GiveUp, "no such post")
    return _change_row(remote, row_or_none, call, now)


def _change_row(remote: Remote, row: Row, call: Call, now: datetime) -> Result:
    """A call that does not fit the stage changes nothing."""
    legal = {"update": (D,), "schedule": (D, S), "publish_now": (D, S), "unschedule": (S,)}
    if call.name == "delete":
        if row.stage is P:
            return remote, Answer(None, OutcomeUnknown, "not while it is going out")
        return remote.without(row), Answer()
    if row.stage not in legal[call.name]:
        if call.name == "unschedule":
            return remote, Answer(row.shown())
        return remote, Answer(None, OutcomeUnknown, f"not in stage {row.stage}")
    if call.name == "schedule" and row.stage is D and (row.at is None or row.at < now):
        return remote, Answer(None, GiveUp, "publishAt must not be in the past")
    new = {
        "update": row._replace(text=call.text, at=call.at or row.at),
        "schedule": row._replace(stage=S),
        "unschedule": row._replace(stage=D),
        "publish_now": row._replace(stage=P, since=now),
    }[call.name]
    return remote.put(new), Answer(new.shown())


def _publish(kind: str, remote: Remote, call: Call, now: datetime) -> Result:
    is_ours = kind == "bluesky"
    known = remote.get(call.remote_id)
    if known is not None:
        return remote, Answer(known.shown())
    if is_ours and call.head != remote.head:
        return remote, Answer(None, Retry, "the head has moved")
    remote_id = call.remote_id if is_ours else f"remote-{remote.made + 1}"
    row = Row(remote_id, call.marker, call.text, None, OUT, now)
    seen = (*remote.public, (call.marker, call.text))
    made = remote.put(row)._replace(made=remote.made + 1, head=remote.head + 1, public=seen)
    return made, Answer(row.shown())


def _take_away(kind: str, remote: Remote, call: Call) -> Result:
    """It moves the head, so that no earlier write is taken any more."""
    if kind == "bluesky" and call.head != remote.head:
        return remote, Answer(None, Retry, "the head has moved")
    row = remote.get(call.remote_id)
    moved = remote._replace(head=remote.head + 1)
    if row is None:
        return moved, Answer()
    public = list(remote.public)
    public.remove((row.marker, row.text))
    return moved.without(row)._replace(public=tuple(public)), Answer()


def go_on(remote: Remote, now: datetime) -> Iterator[tuple[str, Remote]]:
    """What the provider does next by itself: its timer, and the end of a publication."""
    for row in remote.rows:
        if row.stage is S and row.at is not None and row.at <= now:
            yield f"the timer of {row.id} is due", remote.put(row._replace(stage=P, since=now))
        if row.stage is P:
            seen = (*remote.public, (row.marker, row.text))
            out = remote.put(row._replace(stage=OUT))._replace(public=seen)
            yield f"{row.id} is published", out
