"""Measures the worker's extra RAM while it uploads a large video."""

import time

from benchmarks.pipeline.candidates import LIMIT
from benchmarks.pipeline.environment import BenchmarkEnvironment
from benchmarks.process_memory import resident_bytes
from tests.wait import wait_until

SIZE = 2 * 1024**3
SAMPLE_INTERVAL = 0.02
AIM = 64


def measure_memory(environment: BenchmarkEnvironment) -> dict[str, float]:
    """The worker's RAM (MiB) before and at most during the upload of a video of 2 GiB."""
    with environment.open_stack() as stack:
        # So that all modules are imported and connections open.
        stack.posts.insert_files(stack.organization, 20, "/photo.jpg")
        wait_until(lambda: stack.count_published() >= 20, LIMIT, "the warm-up")
        idle = resident_bytes(stack.worker.pid)
        stack.posts.insert_files(stack.organization, 1, f"/video/{SIZE}.mp4", "video")
        begin, peak = time.perf_counter(), idle
        while stack.count_published() < 21:
            peak = max(peak, _peak(stack.worker.pid))
            if time.perf_counter() > begin + LIMIT:
                raise RuntimeError(f"the video is not out after {LIMIT:.0f} s")
        seconds = time.perf_counter() - begin
    return {"idle": idle / 1024**2, "peak": peak / 1024**2, "seconds": seconds}


def _peak(pid: int) -> int:
    """The most RAM of ten samples (bytes)."""
    most = 0
    for _ in range(10):
        most = max(most, resident_bytes(pid))
        time.sleep(SAMPLE_INTERVAL)
    return most


def table(found: dict[str, float]) -> str:
    """The figures and the aim as a Markdown table."""
    over = found["peak"] - found["idle"]
    return (
        "### Memory: a video of 2 GiB\n\n"
        "| worker idle | most while it passes | over idle | aim | seconds |\n"
        "| --- | --- | --- | --- | --- |\n"
        f"| {found['idle']:.0f} MiB | {found['peak']:.0f} MiB | {over:.1f} MiB | ≤ {AIM} MiB "
        f"| {found['seconds']:.0f} |"
    )
