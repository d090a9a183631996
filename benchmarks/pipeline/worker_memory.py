"""Measures the worker's extra RAM while it uploads 2 GiB of videos: one, and 256."""

import time

from benchmarks.markdown_table import table_head, table_row
from benchmarks.pipeline.candidates import LIMIT
from benchmarks.pipeline.environment import BenchmarkEnvironment
from benchmarks.process_memory import resident_bytes
from tests.wait import wait_until

TOTAL = 2 * 1024**3
VIDEOS = (1, 256)
SAMPLE_INTERVAL = 0.02
AIM = 64


def measure_memory(environment: BenchmarkEnvironment, videos: int) -> dict[str, float]:
    """The worker's RAM (MiB) before and at most during the upload of so many videos, 2 GiB
    together."""
    with environment.open_stack() as stack:
        # So that all modules are imported and connections open.
        stack.posts.insert_files(stack.organization, 20, "/photo.jpg")
        wait_until(lambda: stack.count_published() >= 20, LIMIT, "the warm-up")
        idle = resident_bytes(stack.worker.pid)
        path = f"/video/{TOTAL // videos}.mp4"
        stack.posts.insert_files(stack.organization, videos, path, "video")
        begin, peak = time.perf_counter(), idle
        while stack.count_published() < 20 + videos:
            peak = max(peak, _peak(stack.worker.pid))
            if time.perf_counter() > begin + LIMIT:
                raise RuntimeError(f"the videos are not out after {LIMIT:.0f} s")
        seconds = time.perf_counter() - begin
    return {"idle": idle / 1024**2, "peak": peak / 1024**2, "seconds": seconds}


def _peak(pid: int) -> int:
    """The most RAM of ten samples (bytes)."""
    most = 0
    for _ in range(10):
        most = max(most, resident_bytes(pid))
        time.sleep(SAMPLE_INTERVAL)
    return most


def table(found: dict[int, dict[str, float]]) -> str:
    """The figures by number of videos, and the aim, as a Markdown table."""
    titles = ["", "worker idle", "most while they pass", "over idle", "aim", "seconds"]
    lines = ["### Memory: 2 GiB of videos", "", *table_head(titles)]
    for videos, each in found.items():
        size = f"{videos} of {TOTAL / videos / 1024**2:,.0f} MiB"
        over = each["peak"] - each["idle"]
        cells = [f"{each['idle']:.0f} MiB", f"{each['peak']:.0f} MiB", f"{over:.1f} MiB"]
        lines.append(table_row([size, *cells, f"≤ {AIM} MiB", f"{each['seconds']:.0f}"]))
    return "\n".join(lines)
