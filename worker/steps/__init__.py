"""One call, or a short run of calls, at the provider each."""

from worker.decision import Step
from worker.steps import (
    confirm,
    create,
    delete,
    look,
    poll,
    schedule,
    unschedule,
    update,
    upload,
    verify,
)
from worker.steps.bench import StepFunction

STEPS: dict[Step, StepFunction] = {
    Step.UPLOAD: upload.run,
    Step.CONFIRM: confirm.run,
    Step.POLL: poll.run,
    Step.CREATE: create.run,
    Step.UPDATE: update.run,
    Step.SCHEDULE: schedule.run,
    Step.UNSCHEDULE: unschedule.run,
    Step.PUBLISH_NOW: schedule.run_now,
    Step.DELETE: delete.run,
    Step.RECONCILE: look.run,
    Step.VERIFY: verify.run,
}

__all__ = ["STEPS"]
