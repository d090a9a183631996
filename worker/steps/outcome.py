"""Outcomes of steps. Only `worker.outcome_writer` writes them to the database."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from provider.errors import ProviderError
from provider.protocol import RemotePost


@dataclass(frozen=True, slots=True)
class Done:
    """The step succeeded; `changes` are columns of its media or delivery."""

    changes: Mapping[str, object] = field(default_factory=dict)
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Snooze:
    """Not ready yet: run the step again after `delay`. Costs no attempt."""

    delay: timedelta
    changes: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Failed:
    """The step failed with one of the provider's errors."""

    error: ProviderError


@dataclass(frozen=True, slots=True)
class Candidates:
    """Publications that say what the delivery says, oldest first; `otherwise`: where all of them
    are other deliveries'.

    `changes`: columns beside those of the one that is adopted. `is_whole`: nothing is missing that
    belongs to it, else the call is finished by the next step.
    """

    posts: tuple[RemotePost, ...]
    otherwise: Done | Snooze | Failed
    changes: Mapping[str, object] = field(default_factory=dict)
    is_whole: bool = True


Outcome = Done | Snooze | Failed | Candidates
