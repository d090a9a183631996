"""(b) One Celery task per post, a new client per call; the task sleeps while it waits."""

import time

from celery import Celery

from benchmarks.pipeline.provider_calls import BROKER, POLL, ProviderCalls, new_client

app = Celery("naive", broker=BROKER)
app.conf.task_ignore_result = True


@app.task  # type: ignore[untyped-decorator]
def publish(kind: str) -> None:
    """A post from its file, if it has one, to its publication."""
    calls = ProviderCalls(new_client)
    media = _upload(calls) if kind == "photo" else None
    post = calls.create(media)
    calls.publish(post)
    while not calls.is_published(post):
        time.sleep(POLL)


def _upload(calls: ProviderCalls) -> str:
    media = calls.upload()
    calls.confirm(media)
    while not calls.is_ready(media):
        time.sleep(POLL)
    return media


def send(sender: Celery, kind: str) -> None:
    """Send the task of one post."""
    sender.send_task("benchmarks.pipeline.naive.publish", (kind,))
