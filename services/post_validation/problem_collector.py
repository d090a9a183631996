"""What is wrong with a request, gathered: all of it is answered together."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from services.errors import FieldError, ValidationFailed

T = TypeVar("T")


class ProblemCollector:
    """The problems of one request."""

    def __init__(self) -> None:
        self._problems: list[FieldError] = []

    def add(self, problems: Iterable[FieldError]) -> None:
        """Note these."""
        self._problems += problems

    def capture(self, parse: Callable[[], T], otherwise: T) -> T:
        """What `read` returns; where it is Invalid, its problems are noted, and `otherwise`."""
        try:
            return parse()
        except ValidationFailed as error:
            self.add(error.details)
            return otherwise

    def raise_if_any(self) -> None:
        """Invalid with all that was found; nothing where nothing was."""
        if self._problems:
            raise ValidationFailed(*self._problems)
