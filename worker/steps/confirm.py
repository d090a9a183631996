"""Confirm: tell the provider that the bytes are there. It deletes files that are not confirmed."""

from models.snapshot import UploadView
from models.statuses import MediaStatus
from worker.steps.outcome import Done, Outcome
from worker.steps.step_context import StepContext


async def run(context: StepContext, upload: UploadView) -> Outcome:
    """Confirms the upload. `confirmed_at` starts the time limit for the provider's processing."""
    await context.provider.confirm_upload(upload.remote_id or "")
    return Done({"status": MediaStatus.CONFIRMED, "confirmed_at": context.now})
