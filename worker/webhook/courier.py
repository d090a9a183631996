"""What delivering webhooks needs, passed in by the entry point."""

from dataclasses import dataclass, field
from datetime import timedelta

from worker.webhook.backoff import DELAYS
from worker.webhook.places import Places
from worker.webhook.sender import Sender


@dataclass(frozen=True, slots=True)
class Courier:
    """`delays` between attempts; an endpoint is switched off that gave up on `patience` deliveries
    in a row, and that nothing has got through to for `mercy`."""

    sender: Sender
    places: Places = field(default_factory=Places)
    delays: tuple[timedelta, ...] = DELAYS
    patience: int = 5
    mercy: timedelta = timedelta(days=1)
    # Where too many wait for a place: after so long, and up to twice that, again.
    pause: timedelta = timedelta(seconds=15)
