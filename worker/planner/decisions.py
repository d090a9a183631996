"""What the planner can answer: a step to take, a wait, or a change of status. Pure shapes."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from models.snapshot import DeliveryView, MediaView
from models.statuses import DeliveryStatus, Intent, MediaStatus, PostStatus


class Step(StrEnum):
    """One call, or a short run of calls, at the provider."""

    UPLOAD = "upload"
    CONFIRM = "confirm"
    POLL = "poll"
    CREATE = "create"
    UPDATE = "update"
    SCHEDULE = "schedule"
    UNSCHEDULE = "unschedule"
    PUBLISH_NOW = "publish_now"
    DELETE = "delete"
    RECONCILE = "look"
    VERIFY = "verify"


# Committed before the call, so that a crash between call and commit is known afterwards.
INTENT_OF = {
    Step.CREATE: Intent.CREATE,
    Step.UPDATE: Intent.UPDATE,
    Step.SCHEDULE: Intent.SCHEDULE,
    Step.UNSCHEDULE: Intent.UNSCHEDULE,
    Step.PUBLISH_NOW: Intent.PUBLISH_NOW,
}
STEP_OF_MEDIA = {
    MediaStatus.NEW: Step.UPLOAD,
    MediaStatus.UPLOADED: Step.CONFIRM,
    MediaStatus.CONFIRMED: Step.POLL,
}
# Calls after which a post may publish itself.
TRANSITIONS = (Intent.SCHEDULE, Intent.PUBLISH_NOW)


@dataclass(frozen=True, slots=True)
class RunStep:
    """Take this step on this media or delivery."""

    step: Step
    subject: MediaView | DeliveryView


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing to do before `until`, or before somebody wakes the job (None).

    `arrange`: the organization's queue is to be arranged, for it decides when this post leaves.
    """

    until: datetime | None
    arrange_queue: bool = False


@dataclass(frozen=True, slots=True)
class SetPostStatus:
    """The post's status has changed by what its deliveries did."""

    status: PostStatus
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class FinishDelivery:
    """One delivery is settled without a further call."""

    delivery: DeliveryView
    status: DeliveryStatus
    reason: str


@dataclass(frozen=True, slots=True)
class HoldDelivery:
    """One delivery waits for its account, and says why; without a reason, it no longer waits."""

    delivery: DeliveryView
    reason: str | None


Decision = RunStep | Wait | SetPostStatus | FinishDelivery | HoldDelivery
