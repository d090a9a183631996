"""The rows of a post's history as sentences for people. Pure.

Who changed a post reads "Ana moved it to Wed 9 Dec, 9:00"; where nobody is known, "Moved to Wed 9
Dec, 9:00". The steps at a network are said with the network's name.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from models.statuses import DeliveryStatus, PostStatus


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """A row. `subject`: the network or the file that it is about, None for the post itself; `by`:
    who did it, if that is known. `is_file`: whether the subject is a file."""

    at: datetime
    step: str
    outcome: str
    subject: str | None = None
    note: str | None = None
    http_status: int | None = None
    next_at: datetime | None = None
    by: str | None = None
    is_file: bool = False


# What somebody did: with their name before it, and without.
ACTS: Final[Mapping[str, tuple[str, str]]] = {
    "approve": ("approved it", "Approved"),
    "request_changes": ("asked for changes", "Changes were asked for"),
    "submit": ("sent it for approval again", "Sent for approval again"),
    "reject": ("rejected it", "Rejected"),
    "retry": ("asked to try it again", "Tried again, because somebody asked for it"),
    "release": ("let it go out late", "Let go out late"),
    "remove": ("removed it", "Removed"),
    "acknowledge": ("left it as it is", "Left as it is"),
}
ACCEPTED: Final[Mapping[str, str]] = {
    PostStatus.DRAFT: "as a draft",
    PostStatus.PENDING_APPROVAL: "for approval",
    PostStatus.BACKLOG: "to the queue",
    PostStatus.SCHEDULED: "to go out at a fixed time",
    PostStatus.PUBLISHING: "to go out at once",
}
# What Slotbeat found out, or did by itself: by step, and by status where it matters.
EVENTS: Final[Mapping[str, str]] = {
    "seat": "It got a slot",
    "backlog": "It waits for the next free slot",
    "late": "It missed its time, and goes out late",
    "restore": "A backup was restored; the networks are asked what became of it",
}
REPLANNED: Final[Mapping[str, str]] = {
    PostStatus.BACKLOG: "It lost its slot, because the rules were changed, and waits for a free one"
}
OUTCOMES: Final[Mapping[str, str]] = {
    PostStatus.DRAFT: "It is a draft again",
    PostStatus.PENDING_APPROVAL: "It waits for approval",
    PostStatus.CHANGES_REQUESTED: "Changes were asked for",
    PostStatus.REJECTED: "It was rejected",
    PostStatus.BACKLOG: "It waits for the next free slot",
    PostStatus.SCHEDULED: "It is scheduled",
    PostStatus.PUBLISHING: "It is going out",
    PostStatus.PUBLISHED: "It was published everywhere",
    PostStatus.PARTIAL: "It was published on some accounts only",
    PostStatus.FAILED: "It failed",
    PostStatus.MISSED: "It missed its time, and was not published",
    PostStatus.UNKNOWN: "Nobody knows whether it went out; look there",
    PostStatus.CANCELLING: "It is being taken off the networks",
    PostStatus.CANCELLED: "It was removed",
}
DONE: Final[Mapping[str, str]] = {
    "create": "Prepared on {}",
    "update": "Updated on {}",
    "schedule": "{} has it, and publishes it at its time",
    "unschedule": "{} will not publish it at its old time",
    "publish_now": "Sent to {}",
    "delete": "Taken off {}",
    "look": "{} was asked whether it went out",
    "verify": "{} said what became of it",
}
GAVE_UP: Final[Mapping[str, str]] = {
    "update": "It could not be updated on {}",
    "delete": "It could not be taken off {}",
    "unschedule": "It could not be held back on {}",
    "look": "{} could not say whether it went out",
    "verify": "{} could not say whether it went out",
}
FILES_DONE: Final[Mapping[str, str]] = {
    "upload": "{} was sent",
    "confirm": "{} has arrived",
    "poll": "{} is ready",
}
ENDED: Final[Mapping[str, str]] = {
    DeliveryStatus.CANCELLED: "Taken off {}",
    DeliveryStatus.FAILED: "It failed on {}",
    DeliveryStatus.UNKNOWN: "Nobody knows whether it went out on {}; look there",
}
HELD: Final[Mapping[str, str]] = {
    "waits for its account": "It waits for its account on {}",
    "goes on": "Its account on {} works again",
}
CHANGED: Final = "It was changed"
CALLS: Final = frozenset({*DONE, *FILES_DONE})
# The steps that a person takes.
PEOPLE: Final = frozenset({*ACTS, "accept", "edit", "move"})
_MOVE: Final = re.compile(
    r"to (?P<to>\d{4}-\d\d-\d\d \d\d:\d\d) \S+?(?:, from (?P<from>\d{4}-\d\d-\d\d \d\d:\d\d).*)?"
    r"(?P<swap>, by exchange)?"
)
_SCHEDULE: Final = re.compile(r"(?:^|, )schedule (?P<at>\S+)$")


def sentence_of(row: HistoryRow) -> str:
    """One sentence, without its time and without its details."""
    if row.step in PEOPLE:
        active, passive = _act_words(row)
        return passive if row.by is None else f"{row.by} {active}"
    if row.step in CALLS:
        return _call_sentence(row)
    if row.subject is not None:
        return {**ENDED, **HELD}.get(row.outcome, CHANGED + " on {}").format(row.subject)
    if row.step == "replan":
        return REPLANNED.get(row.outcome, "It got another time, because the rules were changed")
    return EVENTS.get(row.step) or OUTCOMES.get(row.outcome, CHANGED)


def _act_words(row: HistoryRow) -> tuple[str, str]:
    """What somebody did: to follow a name, and as a sentence without one."""
    if row.step in ACTS:
        return ACTS[row.step]
    if row.step == "accept":
        how = ACCEPTED.get(row.outcome, "")
        return f"added it {how}".rstrip(), f"Added {how}".rstrip()
    words = _edit_words if row.step == "edit" else _move_words
    participle, what, rest = words(row.note or "")
    passive = f"{participle} {what if what != 'it' else ''} {rest}".replace("  ", " ").strip()
    return f"{participle} {what} {rest}".strip(), f"{passive[:1].upper()}{passive[1:]}"


def _edit_words(note: str) -> tuple[str, str, str]:
    """What was edited, from the note that the edit left: a participle, of what, and the rest."""
    if note.endswith("draft"):
        return "made", "it", "a draft again"
    found = _SCHEDULE.search(note)
    if found is None:
        return "changed", f"its {_join(note)}" if note else "it", ""
    return "scheduled", "it", f"for {_local_words(found['at'])}"


def _move_words(note: str) -> tuple[str, str, str]:
    found = _MOVE.fullmatch(note)
    if found is None:
        return "moved", "it", ""
    before = f"from {_local_words(found['from'])} " if found["from"] else ""
    swap = ", and another post to its old slot" if found["swap"] else ""
    return "moved", "it", f"{before}to {_local_words(found['to'])}{swap}"


def _local_words(text: str) -> str:
    """`Wed 9 Dec, 9:00`, of a local date and time; another text as it is."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return text
    if at.tzinfo is not None:
        return f"{at:%a} {at.day} {at:%b}, {at.hour}:{at:%M} {at:%Z}"
    return f"{at:%a} {at.day} {at:%b}, {at.hour}:{at:%M}"


def _join(names: str) -> str:
    """`caption, files` as `caption and files`."""
    first, _, last = names.rpartition(", ")
    return f"{first} and {last}" if first else last


def _call_sentence(row: HistoryRow) -> str:
    name = row.subject or "the network"
    texts = _file_texts(row) if row.is_file else _network_texts(row)
    text = texts.get(row.outcome, CHANGED + " on {}").format(name)
    return f"{text[:1].upper()}{text[1:]}"


def _network_texts(row: HistoryRow) -> Mapping[str, str]:
    silent = "{} answered with an error" if row.http_status else "{} did not answer"
    return {
        "done": DONE.get(row.step, CHANGED + " on {}"),
        "retry": f"{silent}; trying again",
        "blocked": "{} asked to wait; trying again later",
        "restart": "{} no longer has the files; they are sent again",
        "look": f"{silent}; asking whether it went out",
        "give_up": GAVE_UP.get(row.step, "It failed on {}"),
    }


def _file_texts(row: HistoryRow) -> Mapping[str, str]:
    return {
        "done": FILES_DONE.get(row.step, "{} was sent"),
        "retry": "{} could not be sent; trying again",
        "blocked": "{} has to wait, because the network asked for that",
        "restart": "{} has to be sent again",
        "look": "{} could not be sent; trying again",
        "give_up": "{} could not be used",
    }
