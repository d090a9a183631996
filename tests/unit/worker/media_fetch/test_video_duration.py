"""The organization's minimum video duration, measured in the file itself."""

import asyncio
import time
from pathlib import Path

import pytest

from provider.errors import GiveUp
from tests.sample_files import EXAMPLES, JPEG, MP4, VIDEO_MP4
from tests.unit.worker.media_fetch.fetch_harness import make_fetcher, read_source, serve_bytes
from worker.media_fetch import video_duration
from worker.media_fetch.video_duration import measure_duration

LINK = "https://source.test/a.mp4"
WHOLE = VIDEO_MP4.read_bytes()


def measure(path: Path, limit: float = 60) -> float:
    """The duration of a file on disk."""
    with path.open("rb") as film:
        return asyncio.run(measure_duration(film, "mov", limit))


def test_a_film_lasts_what_its_header_says() -> None:
    """The example videos, to a tenth of a second."""
    lengths = {name: measure(EXAMPLES / f"{name}.mp4") for name in ("coffee", "loaf", "lantern")}
    assert lengths == pytest.approx({"coffee": 3.0, "loaf": 3.5, "lantern": 4.0}, abs=0.1)


def test_words_in_another_encoding_do_not_matter(tmp_path: Path) -> None:
    """A film whose metadata is not UTF-8 is measured like any other."""
    path = tmp_path / "film.mp4"
    assert b"Lavf" in WHOLE
    path.write_bytes(WHOLE.replace(b"Lavf", b"\xe9\xff\xfef"))
    assert measure(path) == pytest.approx(3.0, abs=0.1)


def test_a_video_below_the_minimum_is_refused() -> None:
    """With a reason that names both durations and the setting."""
    words = r"lasts 3\.0 s; this organization's minimum is 4 s \(minimumVideoDurationSeconds\)"
    with pytest.raises(GiveUp, match=words):
        read_source(make_fetcher(serve_bytes(WHOLE)), LINK, "video", least=4)


def test_a_video_of_the_minimum_passes_whole() -> None:
    """Every byte of it, from the disk, with its MD5."""
    source, body = read_source(make_fetcher(serve_bytes(WHOLE)), LINK, "video", least=3)
    assert body == WHOLE
    assert source.size == len(WHOLE)
    assert source.md5 is not None


def test_without_a_minimum_nothing_is_measured() -> None:
    """An unreadable video passes; the provider decides whether it is valid."""
    assert read_source(make_fetcher(serve_bytes(MP4)), LINK, "video")[1] == MP4
    assert (
        read_source(
            make_fetcher(serve_bytes(JPEG)), "https://source.test/a.jpg", "photo", least=30
        )[1]
        == JPEG
    )


@pytest.mark.parametrize("cut", [24, 500, -1])
def test_a_damaged_film_is_refused(cut: int) -> None:
    """Cut short, or noise after the first box."""
    body = WHOLE[:cut] if cut > 0 else WHOLE[:24] + bytes(range(256)) * 200
    with pytest.raises(GiveUp, match="duration cannot be read"):
        read_source(make_fetcher(serve_bytes(body)), LINK, "video", least=1)


def prober(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, code: str) -> None:
    """Put another program in place of the probe process."""
    path = tmp_path / "probe.py"
    path.write_text(code)
    monkeypatch.setattr(video_duration, "PROBE", path)


@pytest.mark.parametrize(
    "code",
    [
        "import os; os.kill(os.getpid(), 11)",
        "print('nan')",
        "print('inf')",
        "print('-1')",
        "print(None)",
        "print('1' * 5000)",
        "",
    ],
)
def test_a_film_that_crashes_its_reader_harms_nobody(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, code: str
) -> None:
    """A segmentation fault, or invalid output, refuses the file, and nothing else."""
    prober(monkeypatch, tmp_path, code)
    with pytest.raises(GiveUp, match="duration cannot be read"):
        measure(VIDEO_MP4)


def test_a_film_that_holds_its_reader_up_is_left(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The process is killed after its time limit."""
    prober(monkeypatch, tmp_path, "import time; time.sleep(600)")
    began = time.monotonic()
    with pytest.raises(GiveUp, match=r"cannot be read in 0\.2 s"):
        measure(VIDEO_MP4, limit=0.2)
    assert time.monotonic() - began < 60


def test_the_reader_knows_nothing_of_ours(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The process gets no environment variable of the worker, where the secrets are."""
    monkeypatch.setenv("SLOTBEAT_SECRET_KEY", "hunter2")
    code = "import os; print(1.0 if 'SLOTBEAT_SECRET_KEY' not in os.environ else 'leaked')"
    prober(monkeypatch, tmp_path, code)
    assert measure(VIDEO_MP4) == 1.0
