"""(c) Plain Celery at its best: a chain of tasks, one client per process, no task that sleeps."""

from functools import cache
from typing import Any

from celery import Celery, chain

from benchmarks.pipeline.provider_calls import BROKER, POLL, ProviderCalls, shared_client

app = Celery("chain", broker=BROKER)
app.conf.task_ignore_result = True


@cache
def _calls() -> ProviderCalls:
    return ProviderCalls(shared_client())


@app.task  # type: ignore[untyped-decorator]
def upload() -> str:
    """Step 1: the upload; returns the media id."""
    return _calls().upload()


@app.task  # type: ignore[untyped-decorator]
def confirm(media: str) -> str:
    """Step 2."""
    _calls().confirm(media)
    return media


@app.task(bind=True, max_retries=None)  # type: ignore[untyped-decorator]
def poll(self: Any, media: str) -> str:  # noqa: ANN401
    """Step 3: retry until the media is processed."""
    if not _calls().is_ready(media):
        raise self.retry(countdown=POLL)
    return media


@app.task  # type: ignore[untyped-decorator]
def create(media: str | None = None) -> str:
    """Step 4, a text's first: create the draft; returns its id."""
    return _calls().create(media)


@app.task  # type: ignore[untyped-decorator]
def publish(post: str) -> str:
    """Step 5."""
    _calls().publish(post)
    return post


@app.task(bind=True, max_retries=None)  # type: ignore[untyped-decorator]
def verify(self: Any, post: str) -> None:  # noqa: ANN401
    """Step 6: retry until the post is published."""
    if not _calls().is_published(post):
        raise self.retry(countdown=POLL)


def send(sender: Celery, kind: str) -> None:
    """Send the tasks of one post."""
    first = ("upload", "confirm", "poll") if kind == "photo" else ()
    names = (*first, "create", "publish", "verify")
    steps = (sender.signature(f"benchmarks.pipeline.chain.{name}") for name in names)
    chain(*steps).apply_async()
