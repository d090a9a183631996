"""What if: rules, so many posts a week, a stretch of time and outages → who would go out when.

Pure; nothing is stored. Posts arrive evenly over each week, and each takes the first free seat
after its arrival, as in the real queue.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import Literal

from scheduler.blackouts import NONE, Blackouts
from scheduler.upcoming import Opening, QueueRule, upcoming

Fate = Literal["on time", "late", "missed"]
WEEK = timedelta(weeks=1)


class TooMany(ValueError):
    """The stretch holds more slots than the caller wants to see."""


@dataclass(frozen=True, slots=True)
class Outage:
    """A stretch in which nothing runs."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked. `grace` is how late a slot may still be kept."""

    rules: Sequence[QueueRule]
    start: datetime
    end: datetime
    posts_per_week: int
    per_slot: int = 1
    outages: Sequence[Outage] = ()
    grace: timedelta = timedelta(minutes=15)
    closed: Blackouts = NONE


@dataclass(frozen=True, slots=True)
class Answer:
    """One slot: its posts by number from 1, whether it is full, and what an outage does to it."""

    opening: Opening
    posts: list[int]
    is_full: bool
    fate: Fate


@dataclass(frozen=True, slots=True)
class Calendar:
    """Every slot of the stretch, and the posts that found none in it."""

    slots: list[Answer]
    waiting: list[int] = field(default_factory=list)


def what_if(question: Question, most: int | None = None) -> Calendar:
    """The calendar that would come about; TooMany where it has more than `most` slots."""
    openings = _openings(question, most)
    seated: dict[int, list[int]] = defaultdict(list)
    waiting, place = [], 0
    for number, arrival in enumerate(_arrivals(question), start=1):
        while place < len(openings) and not _has_room(openings, seated, place, arrival, question):
            place += 1
        if place == len(openings):
            waiting.append(number)
        else:
            seated[place].append(number)
    slots = [
        Answer(
            opening,
            seated[index],
            len(seated[index]) >= question.per_slot,
            _fate(opening, question),
        )
        for index, opening in enumerate(openings)
    ]
    return Calendar(slots, waiting)


def _openings(question: Question, most: int | None) -> list[Opening]:
    found = upcoming(question.rules, question.start, question.end, question.closed)
    openings = list(islice(found, most + 1 if most is not None else None))
    if most is not None and len(openings) > most:
        raise TooMany
    return openings


def _arrivals(question: Question) -> list[datetime]:
    total = int((question.end - question.start) / WEEK * question.posts_per_week)
    step = WEEK / question.posts_per_week if question.posts_per_week else WEEK
    return [question.start + step * number for number in range(total)]


def _has_room(
    openings: Sequence[Opening],
    seated: dict[int, list[int]],
    place: int,
    arrival: datetime,
    question: Question,
) -> bool:
    return openings[place].slot.at > arrival and len(seated[place]) < question.per_slot


def _fate(opening: Opening, question: Question) -> Fate:
    at = opening.slot.at
    outage = next((each for each in question.outages if each.start <= at < each.end), None)
    if outage is None:
        return "on time"
    return "late" if outage.end <= at + question.grace else "missed"
