"""The planner's decisions: a step to take, a wait, or a change of status. Pure data."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from models.snapshot import ConnectionView, DeliveryView, UploadView
from models.statuses import DeliveryStatus, Intent, MediaStatus, PostStatus


class Step(StrEnum):
    """One call, or a short run of calls, at the provider.

    The values are stored in the history and used as metric labels.
    """

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


# The intent is committed before the call, so that a crash between call and commit is noticed.
INTENT_OF = {
    Step.CREATE: Intent.CREATE,
    Step.UPDATE: Intent.UPDATE,
    Step.SCHEDULE: Intent.SCHEDULE,
    Step.UNSCHEDULE: Intent.UNSCHEDULE,
    Step.PUBLISH_NOW: Intent.PUBLISH_NOW,
}
STEP_OF_UPLOAD = {
    MediaStatus.NEW: Step.UPLOAD,
    MediaStatus.UPLOADED: Step.CONFIRM,
    MediaStatus.CONFIRMED: Step.POLL,
}
# Calls after which the provider may publish the post.
TRANSITIONS = (Intent.SCHEDULE, Intent.PUBLISH_NOW)


@dataclass(frozen=True, slots=True)
class RunStep:
    """Take this step on this upload or delivery."""

    step: Step
    subject: UploadView | DeliveryView

    @property
    def connection(self) -> ConnectionView:
        """The connection at which the step is taken."""
        assert self.subject.connection is not None  # noqa: S101  (the planner checks it)
        return self.subject.connection


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing to do before `until`; with None, nothing to do before the job is woken.

    `arrange_queue`: the organization's queue must be arranged, because it decides when this late
    post goes out.
    """

    until: datetime | None
    arrange_queue: bool = False


@dataclass(frozen=True, slots=True)
class SetPostStatus:
    """The post gets a new status, because of its media and deliveries."""

    status: PostStatus
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class FinishDelivery:
    """One delivery gets its final status without another call."""

    delivery: DeliveryView
    status: DeliveryStatus
    reason: str


@dataclass(frozen=True, slots=True)
class HoldDelivery:
    """One delivery waits for its account, for this reason; with None, it no longer waits."""

    delivery: DeliveryView
    reason: str | None

    @property
    def outcome(self) -> str:
        """The change in the words of the history."""
        return "goes on" if self.reason is None else "waits for its account"


Decision = RunStep | Wait | SetPostStatus | FinishDelivery | HoldDelivery
