"""Whether the dates of a file can be read, and what to ask a person where they can mean two days.
Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from services.calendar_import.date_forms import plain_text, split_date

ORDERS: Final = ("dmy", "mdy")
MAX_EXAMPLES: Final = 2
# A longer text is no date.
_MAX_LENGTH: Final = 200


@dataclass(frozen=True, slots=True)
class DateExample:
    """A date as the file has it, and the days that it means with the day or the month first; None
    where it then is no date."""

    text: str
    day_first: date | None
    month_first: date | None

    @property
    def is_ambiguous(self) -> bool:
        """Whether it can mean two days."""
        return None not in (self.day_first, self.month_first) and (
            self.day_first != self.month_first
        )


@dataclass(frozen=True, slots=True)
class DateQuestion:
    """What to ask of the dates that do not begin with the year.

    `examples`: the first ones that mean two days, or the first ones at all. `order`: the only one
    in which all are dates, and `evidence` a date that shows it; None where both or none fit.
    """

    examples: tuple[DateExample, ...]
    order: str | None = None
    evidence: str | None = None


def ask_order(texts: Iterable[str]) -> DateQuestion | None:
    """The question on these dates; None where none of them needs an order of day and month."""
    found = [each for each in map(_read, texts) if each is not None]
    if not found:
        return None
    fitting = {
        "dmy": all(each.day_first for each in found),
        "mdy": all(each.month_first for each in found),
    }
    orders = [order for order, fits in fitting.items() if fits]
    unclear = [each for each in found if each.is_ambiguous]
    examples = tuple((unclear or found)[:MAX_EXAMPLES])
    if len(orders) != 1:
        return DateQuestion(examples)
    evidence = next(each for each in found if None in (each.day_first, each.month_first))
    return DateQuestion(examples, orders[0], evidence.text)


def _read(text: str) -> DateExample | None:
    """The two readings of a date that needs an order; None for all other texts."""
    plain = plain_text(text[: _MAX_LENGTH + 1])
    if not plain or len(plain) > _MAX_LENGTH or _day(plain, None):
        return None
    day_first, month_first = (_day(plain, order) for order in ORDERS)
    if day_first is None and month_first is None:
        return None
    return DateExample(plain, day_first, month_first)


def _day(text: str, order: str | None) -> date | None:
    try:
        return split_date(text, order)[0]
    except (ValueError, OverflowError):
        return None
