"""Steps: each makes one call, or a short run of calls, at the provider."""

from collections.abc import Awaitable, Callable

from models.snapshot import DeliveryView, UploadView
from worker.planner.decisions import RunStep, Step
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
from worker.steps.outcome import Outcome
from worker.steps.step_context import StepContext

UPLOAD_STEPS: dict[Step, Callable[[StepContext, UploadView], Awaitable[Outcome]]] = {
    Step.UPLOAD: upload.run,
    Step.CONFIRM: confirm.run,
    Step.POLL: poll.run,
}
DELIVERY_STEPS: dict[Step, Callable[[StepContext, DeliveryView], Awaitable[Outcome]]] = {
    Step.CREATE: create.run,
    Step.UPDATE: update.run,
    Step.SCHEDULE: schedule.run,
    Step.UNSCHEDULE: unschedule.run,
    Step.PUBLISH_NOW: schedule.run_now,
    Step.DELETE: delete.run,
    Step.RECONCILE: reconcile.run,
    Step.VERIFY: verify.run,
}


async def take_step(context: StepContext, run_step: RunStep) -> Outcome:
    """Take the step on its upload or delivery. It may raise a ProviderError instead."""
    if isinstance(run_step.subject, UploadView):
        return await UPLOAD_STEPS[run_step.step](context, run_step.subject)
    return await DELIVERY_STEPS[run_step.step](context, run_step.subject)


__all__ = ["take_step"]
