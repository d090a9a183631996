"""Poll: ask whether the provider has processed the file."""

from datetime import timedelta

from models.snapshot import DeliveryView, MediaView
from models.statuses import MediaStatus
from provider.errors import RestartUpload
from provider.protocol import MediaReadiness, MediaState
from worker.steps.outcome import Done, Failed, Outcome, Snooze
from worker.steps.step_context import StepContext


async def run(context: StepContext, subject: MediaView | DeliveryView) -> Outcome:
    """Ready, or not yet; a file that failed, vanished or never ends is uploaded again."""
    media = context.media(subject)
    answer = await context.provider.readiness(media.remote_id or "")
    if answer.state is MediaState.READY:
        return Done({"status": MediaStatus.READY, "error": None})
    if answer.state is not MediaState.PENDING:
        return Failed(RestartUpload(answer.detail))
    return _wait_or_restart(context, media, answer)


def _wait_or_restart(context: StepContext, media: MediaView, answer: MediaReadiness) -> Outcome:
    waited = context.now - (media.confirmed_at or context.now)
    if waited > context.policy.processing_limit:
        return Failed(RestartUpload(f"the provider is still processing after {waited}"))
    asked = answer.ask_again_after
    return Snooze(timedelta(seconds=asked) if asked else context.policy.poll_interval)
