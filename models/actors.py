"""Who makes a change: an API key, the operator, or Slotbeat itself; and what it may do.

The edge sets it once (`acting_as`): the web process for each request, the command line for each
command. Nobody sets it in workers and beats, which are Slotbeat.
"""

from collections.abc import Collection
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Scope(StrEnum):
    """What an API key may do. None of them includes another."""

    READ = "read"
    WRITE = "write"
    APPROVE = "approve"


ALL_SCOPES: Final = tuple(Scope)


class ActorKind(StrEnum):
    """Who may change something."""

    KEY = "key"
    OPERATOR = "operator"
    SLOTBEAT = "slotbeat"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who makes a change. `id`: of the API key's row; `name`: what it is called at that time."""

    kind: ActorKind
    name: str
    id: str = ""
    scopes: Collection[str] = ALL_SCOPES

    def __str__(self) -> str:
        """As it is stored. It never contains the key itself."""
        return f"{self.kind}:{self.id}:{self.name}"


def parse_actor(text: str) -> Actor:
    """The actor of a stored text."""
    kind, id_, name = text.split(":", 2)
    return Actor(ActorKind(kind), name, id_)


SLOTBEAT: Final = Actor(ActorKind.SLOTBEAT, "Slotbeat")
COMMAND_LINE: Final = Actor(ActorKind.OPERATOR, "the operator (command line)")
OPERATOR_TOKEN: Final = Actor(ActorKind.OPERATOR, "the operator")

_CURRENT: ContextVar[Actor] = ContextVar("actor", default=SLOTBEAT)


def acting_as(actor: Actor) -> None:
    """From now on this actor makes the changes of this request, command or thread."""
    _CURRENT.set(actor)


def current_actor() -> Actor:
    """Who makes the changes at the moment."""
    return _CURRENT.get()
