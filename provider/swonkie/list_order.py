"""The order of a list, as far as its rows show it. Pure.

Swonkie does not document the order of its lists. A list whose newest posts come first need not be
read to its end: behind a row that is older than our post, ours cannot come. But a list may be in
another order than it seems to be: of the last change, or of the time to publish at, with the posts
that have none at its start or at its end. So each order that the rows agree with must say that the
place of our post was passed.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any, Final

CREATED: Final = "createdAt"
UPDATED: Final = "updatedAt"
TIMER: Final = "publishAt"
# Fewer rows may be in an order by chance.
MIN_ROWS: Final = 10
ALWAYS: Final = datetime.max.replace(tzinfo=UTC)
NEVER: Final = datetime.min.replace(tzinfo=UTC)
Instants = Mapping[str, datetime]
Key = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Place:
    """What is known of the post that is looked for: no time that it shows is before `since`.
    `has_timer`: whether it was created with a time to publish at; None: unknown."""

    since: datetime
    has_timer: bool | None

    def may_show(self, name: str) -> bool:
        """Whether the post may have this time."""
        return name != TIMER or self.has_timer is not False

    def may_miss(self, name: str) -> bool:
        """Whether the post may be without this time."""
        return self.has_timer is not True if name == TIMER else name not in (CREATED, UPDATED)


@dataclass(frozen=True, slots=True)
class _Order:
    """A list by one time, the latest first; where a row has none, `missing` stands for it, or its
    creation (None). Rows with the same time are in the order of their creation."""

    name: str
    missing: datetime | None

    def key(self, instants: Instants) -> Key:
        created = instants[CREATED]
        return instants.get(self.name, self.missing or created), created

    def keys(self, place: Place) -> Iterator[Key]:
        """The latest places in the list that the post can have."""
        if place.may_show(self.name):
            yield place.since, place.since
        if place.may_miss(self.name):
            yield self.missing or place.since, place.since

    def fits(self, rows: Sequence[Instants]) -> bool:
        """Whether the rows may be in this order."""
        return all(self.key(one) >= self.key(next_one) for one, next_one in pairwise(rows))


class ListOrder:
    """The rows of a list, as they come."""

    def __init__(self) -> None:
        self._rows: dict[str, Instants] = {}

    def take(self, items: Sequence[Mapping[str, Any]]) -> None:
        """The rows of the next page."""
        for item in items:
            self._rows.setdefault(str(item["id"]), instants_of(item))

    def has_passed(self, place: Place) -> bool:
        """Whether the post would have come by now, if it were in the list."""
        rows = list(self._rows.values())
        if len(rows) < MIN_ROWS or not all(CREATED in row for row in rows):
            return False
        if rows[-1][CREATED] >= place.since:
            return False
        fitting = [order for order in _orders(rows) if order.fits(rows)]
        return bool(fitting) and all(
            order.key(rows[-1]) < key for order in fitting for key in order.keys(place)
        )


def _orders(rows: Sequence[Instants]) -> Iterator[_Order]:
    """Every order that a list with such rows may have."""
    yield _Order(CREATED, None)
    for name in {TIMER, *(name for row in rows for name in row)} - {CREATED}:
        yield from (_Order(name, ALWAYS), _Order(name, NEVER), _Order(name, None))


def instants_of(item: Mapping[str, Any]) -> Instants:
    """The times that a row shows, by their names."""
    found = {name: _parse_instant(value) for name, value in item.items()}
    return {name: value for name, value in found.items() if value is not None}


def _parse_instant(value: object) -> datetime | None:
    """A time with a zone; None where it is none."""
    if not isinstance(value, str) or len(value) < len("2026-01-31T11:30Z"):
        return None
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return None
    return None if found.tzinfo is None else found
