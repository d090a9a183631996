"""(c) Plain Celery at its best: a chain of tasks, one client a process, and no task that sleeps."""

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
    """The first link."""
    return _calls().upload()


@app.task  # type: ignore[untyped-decorator]
def confirm(media: str) -> str:
    """The second."""
    _calls().confirm(media)
    return media


@app.task(bind=True, max_retries=None)  # type: ignore[untyped-decorator]
def poll(self: Any, media: str) -> str:  # noqa: ANN401
    """Ask, and ask again later."""
    if not _calls().is_ready(media):
        raise self.retry(countdown=POLL)
    return media


@app.task  # type: ignore[untyped-decorator]
def create(media: str) -> str:
    """The draft."""
    return _calls().create(media)


@app.task  # type: ignore[untyped-decorator]
def publish(post: str) -> str:
    """Out."""
    _calls().publish(post)
    return post


@app.task(bind=True, max_retries=None)  # type: ignore[untyped-decorator]
def verify(self: Any, post: str) -> None:  # noqa: ANN401
    """The last."""
    if not _calls().is_published(post):
        raise self.retry(countdown=POLL)


def send(sender: Celery) -> None:
    """Begin a post."""
    names = ("upload", "confirm", "poll", "create", "publish", "verify")
    steps = (sender.signature(f"benchmarks.pipeline.chain.{name}") for name in names)
    chain(*steps).apply_async()
