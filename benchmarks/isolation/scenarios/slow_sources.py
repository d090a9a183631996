"""300 posts of one organization have sources that send 10 KiB a second."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks.isolation.isolation_stack import IsolationStack
from benchmarks.pipeline.pipeline_stack import ROOT
from tests.processes import Process
from tests.wait import wait_until

TITLE = "300 slow sources"
POSTS = 300
# So many sources are read at the same time before the measurement begins: fewer than each version
# of the worker reads at once.
OPEN_SOURCES = 100


@contextmanager
def begin(stack: IsolationStack) -> Iterator[None]:
    """Start their host, insert the posts, and wait until many sources are being read."""
    command = [sys.executable, "-m", "benchmarks.isolation.slow_host"]
    with Process(command, stack.folder / "slow.log", cwd=ROOT) as host:
        port = host.wait_for_line("slow host listening on").rsplit(" ", 1)[1]
        stack.posts.insert_files(
            stack.organization, POSTS, f"http://127.0.0.1:{port}/video.mp4", "video"
        )
        wait_until(lambda: f"open {OPEN_SOURCES}\n" in host.output(), 60, "the open sources")
        yield
