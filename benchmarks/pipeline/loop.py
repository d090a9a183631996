"""(a) One client in a loop, without queue, database or failures: the cost of the calls alone.

It does each step for all posts, so the waiting for the files is not counted. Arguments: the number
of posts, and their kind. It prints the seconds that it worked and its CPU seconds.
"""

import json
import sys
import time
from collections.abc import Sequence

from benchmarks.pipeline.bluesky_calls import BlueskyCalls
from benchmarks.pipeline.provider_calls import POLL, ProviderCalls, shared_client


def run(count: int, kind: str) -> tuple[float, float]:
    """(seconds without the waiting, CPU seconds)."""
    if kind == "bluesky":
        return publish_on_bluesky(BlueskyCalls(), count)
    calls = ProviderCalls(shared_client())
    calls.is_published(calls.create())  # the client's first call connects
    begin, cpu = time.perf_counter(), time.process_time()
    media, waited = upload(calls, count) if kind == "photo" else ([None] * count, 0.0)
    posts = [calls.create(each) for each in media]
    for post in posts:
        calls.publish(post)
        assert calls.is_published(post)  # noqa: S101
    return time.perf_counter() - begin - waited, time.process_time() - cpu


def publish_on_bluesky(calls: BlueskyCalls, count: int) -> tuple[float, float]:
    """The same for text posts on Bluesky, where nothing is waited for."""
    begin, cpu = time.perf_counter(), time.process_time()
    for number in range(count):
        calls.publish(number)
    return time.perf_counter() - begin, time.process_time() - cpu


def upload(calls: ProviderCalls, count: int) -> tuple[Sequence[str | None], float]:
    """The ids of so many uploaded photos, and the seconds of waiting for them."""
    media, waited = [calls.upload() for _ in range(count)], 0.0
    for each in media:
        calls.confirm(each)
    pending = [each for each in media if not calls.is_ready(each)]
    while pending:
        time.sleep(POLL)
        waited += POLL
        pending = [each for each in pending if not calls.is_ready(each)]
    return media, waited


if __name__ == "__main__":
    seconds, cpu = run(int(sys.argv[1]), sys.argv[2])
    sys.stdout.write(json.dumps({"seconds": seconds, "cpu": cpu}) + "\n")
