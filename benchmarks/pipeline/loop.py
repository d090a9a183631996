"""(a) One client in a loop, without queue, database or failures: the cost of the calls alone.

It does each step for all posts, so the waiting for the files is not counted. Argument: the number
of posts. It prints the seconds that it worked and its CPU seconds.
"""

import json
import sys
import time

from benchmarks.pipeline.provider_calls import POLL, ProviderCalls, shared_client


def run(count: int) -> tuple[float, float]:
    """(seconds without the waiting, CPU seconds)."""
    calls = ProviderCalls(shared_client())
    calls.confirm(calls.upload())  # the client's first call connects
    begin, cpu = time.perf_counter(), time.process_time()
    media = [calls.upload() for _ in range(count)]
    for each in media:
        calls.confirm(each)
    worked = time.perf_counter() - begin
    pending = [each for each in media if not calls.is_ready(each)]
    while pending:
        time.sleep(POLL)
        begin = time.perf_counter()
        pending = [each for each in pending if not calls.is_ready(each)]
        worked += time.perf_counter() - begin
    begin = time.perf_counter()
    posts = [calls.create(each) for each in media]
    for post in posts:
        calls.publish(post)
        assert calls.is_published(post)  # noqa: S101
    return worked + time.perf_counter() - begin, time.process_time() - cpu


if __name__ == "__main__":
    seconds, cpu = run(int(sys.argv[1]))
    sys.stdout.write(json.dumps({"seconds": seconds, "cpu": cpu}) + "\n")
