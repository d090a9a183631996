"""The times that the planner and the retries go by."""

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from scheduler.seating.scheduling_config import SchedulingConfig


class MissedPolicy(StrEnum):
    """What becomes of a post beyond its slot and grace: a person decides, the next slot, or out."""

    HOLD = "hold"
    NEXT_SLOT = "next_slot"
    PUBLISH_LATE = "publish_late"


@dataclass(frozen=True, slots=True)
class Policy:
    """Durations of the pipeline; the entry points fill in what the environment sets."""

    scheduling: SchedulingConfig = field(default_factory=SchedulingConfig)
    missed: MissedPolicy = MissedPolicy.HOLD
    missed_grace: timedelta = timedelta(minutes=15)
    # A slot is late, and its posts leave apart, when it could not be kept within this.
    late_after: timedelta = timedelta(seconds=60)
    claim_ttl: timedelta = timedelta(seconds=30)
    poll_interval: timedelta = timedelta(seconds=2)
    # "Not there" proves nothing before this: a lost request may still arrive.
    settle_time: timedelta = timedelta(seconds=10)
    # A slot nearer than this is too near for the provider's timer: publish at the slot ourselves.
    timer_margin: timedelta = timedelta(seconds=5)
    verify_interval: timedelta = timedelta(seconds=2)
    verify_limit: timedelta = timedelta(minutes=30)
    processing_limit: timedelta = timedelta(minutes=30)
    accounts_interval: timedelta = timedelta(minutes=15)
    first_delay: timedelta = timedelta(seconds=1)
    max_delay: timedelta = timedelta(minutes=5)
    attempts: int = 12
    # How often an outage is waited out where no slot ends the waiting: about a day.
    max_outage_attempts: int = 300
    uploads: int = 4
    rescues: int = 10
