"""Tells a person how a state was reached."""

from collections.abc import Mapping
from typing import NamedTuple

from tests.protocol_model.state import State


class Step(NamedTuple):
    """How a state was reached: from which one, by which move, and whether the two workers changed
    places then."""

    before: State | None
    text: str
    is_swapped: bool


class Names:
    """The names of the two workers. A process that takes a dead one's place is another one."""

    def __init__(self) -> None:
        self._new = iter("CDEFGH")
        self._names = ["A", "B"]

    def apply(self, step: Step) -> str:
        """A move's text with the names; and what it changes of them."""
        line = step.text.format(*self._names)
        if " dies" in step.text:
            self._names[int(step.text[1])] = next(self._new)
        if step.is_swapped:
            self._names.reverse()
        return line


def tell(came: Mapping[State, Step], state: State) -> list[str]:
    """The moves from the first state to this one, as numbered lines."""
    steps: list[Step] = []
    at: State | None = state
    while at is not None:
        steps.append(came[at])
        at = came[at].before
    names = Names()
    lines = [names.apply(step) for step in reversed(steps[:-1])]
    return [f"{number:2}. {line}" for number, line in enumerate(lines, 1)]
