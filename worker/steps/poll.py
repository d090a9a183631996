"""Poll: ask whether the provider has processed the file."""

from datetime import timedelta

from models.snapshot import DeliveryView, MediaView
from models.statuses import MediaStatus
from provider.errors import RestartUpload
from provider.protocol import MediaState, Readiness
from worker.outcome import Done, Failed, Outcome, Snooze
from worker.steps.bench import Bench


async def run(bench: Bench, subject: MediaView | DeliveryView) -> Outcome:
    """Ready, or not yet; a file that failed, vanished or never ends is uploaded again."""
    media = bench.media(subject)
    answer = await bench.provider.readiness(media.remote_id or "")
    if answer.state is MediaState.READY:
        return Done({"status": MediaStatus.READY, "error": None})
    if answer.state is not MediaState.PENDING:
        return Failed(RestartUpload(answer.detail))
    return _patience(bench, media, answer)


def _patience(bench: Bench, media: MediaView, answer: Readiness) -> Outcome:
    waited = bench.now - (media.confirmed_at or bench.now)
    if waited > bench.policy.processing_limit:
        return Failed(RestartUpload(f"the provider is still processing after {waited}"))
    asked = answer.ask_again_after
    return Snooze(timedelta(seconds=asked) if asked else bench.policy.poll_interval)
