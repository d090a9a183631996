"""What is wrong with a request, gathered: all of it is answered together."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from api.errors import FieldError, Invalid

T = TypeVar("T")


class Findings:
    """The problems of one request."""

    def __init__(self) -> None:
        self._problems: list[FieldError] = []

    def add(self, problems: Iterable[FieldError]) -> None:
        """Note these."""
        self._problems += problems

    def attempt(self, read: Callable[[], T], otherwise: T) -> T:
        """What `read` returns; where it is Invalid, its problems are noted, and `otherwise`."""
        try:
            return read()
        except Invalid as error:
            self.add(error.details)
            return otherwise

    def conclude(self) -> None:
        """Invalid with all that was found; nothing where nothing was."""
        if self._problems:
            raise Invalid(*self._problems)
