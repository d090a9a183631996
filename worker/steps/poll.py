"""Poll: ask whether the provider has processed the file."""

from datetime import timedelta

from models.snapshot import UploadView
from models.statuses import MediaStatus
from provider.errors import RestartUpload
from provider.protocol import MediaReadiness, MediaState
from worker.steps.outcome import Done, Failed, Outcome, Snooze
from worker.steps.step_context import StepContext


async def run(context: StepContext, upload: UploadView) -> Outcome:
    """Asks for the file's state. One that failed, is gone or takes too long is uploaded again."""
    readiness = await context.provider.readiness(upload.remote_id or "")
    if readiness.state is MediaState.READY:
        return Done({"status": MediaStatus.READY, "error": None})
    if readiness.state is not MediaState.PENDING:
        return Failed(RestartUpload(readiness.detail))
    return _wait_or_restart(context, upload, readiness)


def _wait_or_restart(
    context: StepContext, upload: UploadView, readiness: MediaReadiness
) -> Outcome:
    waited = context.now - (upload.confirmed_at or context.now)
    if waited > context.policy.processing_limit:
        return Failed(RestartUpload(f"the provider is still processing after {waited}"))
    seconds = readiness.ask_again_after
    return Snooze(timedelta(seconds=seconds) if seconds else context.policy.poll_interval)
