"""One call, or a short run of calls, at the provider each."""

from worker.planner.decisions import Step
from worker.steps import (
    confirm,
    create,
    delete,
    poll,
    reconcile,
    schedule,
    unschedule,
    update,
    upload,
    verify,
)
from worker.steps.step_context import StepFunction

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
    Step.RECONCILE: reconcile.run,
    Step.VERIFY: verify.run,
}

__all__ = ["STEPS"]
