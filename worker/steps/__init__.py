"""One call at the provider each: upload, confirm, poll, create, schedule (or publish), verify."""

from worker.decision import Step
from worker.steps import confirm, create, look, poll, schedule, update, upload, verify
from worker.steps.bench import Runner

STEPS: dict[Step, Runner] = {
    Step.UPLOAD: upload.run,
    Step.CONFIRM: confirm.run,
    Step.POLL: poll.run,
    Step.CREATE: create.run,
    Step.UPDATE: update.run,
    Step.SCHEDULE: schedule.run,
    Step.PUBLISH_NOW: schedule.run_now,
    Step.LOOK: look.run,
    Step.VERIFY: verify.run,
}

__all__ = ["STEPS"]
