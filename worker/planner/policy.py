"""The policy: durations and limits for the planner and the retries."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from models.snapshot import ConnectionView, PostView
from models.task_names import ACCOUNTS_INTERVAL
from provider.protocol import Capabilities
from scheduler.seating.scheduling_config import LateRules, SchedulingConfig


class MissedPolicy(StrEnum):
    """What happens to a post after its slot and grace period: a person decides (hold), it takes the
    next slot, or it is published late."""

    HOLD = "hold"
    NEXT_SLOT = "next_slot"
    PUBLISH_LATE = "publish_late"


# Longer than the time to any slot.
FOREVER = timedelta(days=36_500)
# Of a provider that this version does not know: each of its calls fails and says so.
UNKNOWN_PROVIDER = Capabilities()


@dataclass(frozen=True, slots=True)
class Policy:
    """Durations of the pipeline. The entry point sets those that the environment defines."""

    scheduling: SchedulingConfig = field(default_factory=SchedulingConfig)
    # What each provider can do, by its name.
    capabilities: Mapping[str, Capabilities] = field(default_factory=dict)
    missed: MissedPolicy = MissedPolicy.HOLD
    missed_grace: timedelta = timedelta(minutes=15)
    # A post is late after this; late posts go out one after another, with a distance.
    late_after: timedelta = timedelta(seconds=60)
    # A turn so short before the end of the grace would come too late for the call.
    turn_margin: timedelta = timedelta(seconds=5)
    claim_ttl: timedelta = timedelta(seconds=30)
    poll_interval: timedelta = timedelta(seconds=2)
    # Before this, "not there" proves nothing: a lost request may still arrive.
    settle_time: timedelta = timedelta(seconds=10)
    verify_interval: timedelta = timedelta(seconds=2)
    verify_limit: timedelta = timedelta(minutes=30)
    processing_limit: timedelta = timedelta(minutes=30)
    accounts_interval: timedelta = ACCOUNTS_INTERVAL
    first_delay: timedelta = timedelta(seconds=1)
    max_delay: timedelta = timedelta(minutes=5)
    attempts: int = 12
    # Retries during an outage when no deadline ends them: about a day.
    max_outage_attempts: int = 300
    uploads: int = 4
    rescues: int = 10

    @property
    def late_rules(self) -> LateRules:
        """When late posts get their turns."""
        ends = self.missed is not MissedPolicy.PUBLISH_LATE
        grace = self.missed_grace - self.turn_margin if ends else None
        return LateRules(self.scheduling.late_spacing, self.late_after, grace)

    def grace_end(self, post: PostView) -> datetime | None:
        """Until when a post may go out before the missed-slot policy decides; None without an
        instant. The turn of a late post does not move it, except with `publish_late`, which gives
        turns without end."""
        if self.missed is not MissedPolicy.PUBLISH_LATE:
            promised_at = post.promised_at
            return promised_at and promised_at + self.missed_grace
        return post.due_at and post.due_at + max(self.missed_grace, self.late_after)

    def capabilities_of(self, connection: ConnectionView | None) -> Capabilities:
        """What the provider of a connection can do."""
        if connection is None:
            return UNKNOWN_PROVIDER
        return self.capabilities.get(connection.provider, UNKNOWN_PROVIDER)

    def timer_margin(self, connection: ConnectionView | None) -> timedelta:
        """A slot that is nearer is too near for the provider's timer: the worker publishes such a
        post itself, at the slot. Without a timer every slot is."""
        capabilities = self.capabilities_of(connection)
        return capabilities.minimum_lead if capabilities.native_scheduling else FOREVER
