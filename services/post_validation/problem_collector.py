"""Collects all problems of a request, so that one answer names them together."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from services.errors import FieldError, ValidationFailed

T = TypeVar("T")


class ProblemCollector:
    """The problems of one request."""

    def __init__(self) -> None:
        self._problems: list[FieldError] = []

    def add(self, problems: Iterable[FieldError]) -> None:
        """Add problems."""
        self._problems += problems

    def capture(self, parse: Callable[[], T], otherwise: T) -> T:
        """The result of `parse`. Where it raises ValidationFailed, collect its problems and return
        `otherwise`."""
        try:
            return parse()
        except ValidationFailed as error:
            self.add(error.details)
            return otherwise

    def raise_if_any(self) -> None:
        """Raise ValidationFailed with all collected problems; return where there are none."""
        if self._problems:
            raise ValidationFailed(*self._problems)
