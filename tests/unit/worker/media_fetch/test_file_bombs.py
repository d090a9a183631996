"""Files that are made to fill the memory of their reader."""

import asyncio
import resource
import struct
import sys
import zlib
from pathlib import Path
from typing import IO

import pytest

from provider.errors import GiveUp
from tests.sample_files import VIDEO_MP4
from tests.unit.worker.media_fetch.fetch_harness import make_fetcher, read_source, serve_bytes
from tests.unit.worker.media_fetch.mp4_bombs import BOMBS, constant_size, fragments
from worker.media_fetch import photo_runner, probe_process, video_duration
from worker.media_fetch.child_process import ProcessTurns
from worker.media_fetch.requirements import FileRequirements

LINK = "https://source.test/a.mp4"


@pytest.mark.parametrize("name", BOMBS)
def test_tables_may_not_claim_more_than_the_file_holds(name: str) -> None:
    """Less than 100 kB that would take 1.8 GiB are refused before the library opens them."""
    assert len(BOMBS[name]) < 100_000
    with pytest.raises(GiveUp, match="claims more pictures than it has bytes"):
        read_source(make_fetcher(serve_bytes(BOMBS[name])), LINK, "video", least=1)


@pytest.mark.parametrize(
    "film",
    [
        constant_size(count=8),
        constant_size(count=1_500, handler=b"soun"),
        fragments(20, 10),
        VIDEO_MP4.read_bytes(),
    ],
)
def test_an_honest_film_passes(film: bytes, tmp_path: Path) -> None:
    """Tables that name what is there; sound may have several samples in a byte."""
    path = tmp_path / "film.mp4"
    path.write_bytes(film)
    with path.open("rb") as file:
        assert not probe_process.claims_too_much(file.fileno())


@pytest.mark.parametrize("size", [0, 1, 7, 8, 9])
def test_boxes_of_any_size_have_an_end(size: int, tmp_path: Path) -> None:
    """Sizes that lead nowhere or backwards do not make the walk endless."""
    path = tmp_path / "film.mp4"
    path.write_bytes(struct.pack(">I4sQ", size, b"moov", size) * 3)
    with path.open("rb") as file:
        assert not probe_process.claims_too_much(file.fileno())


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits the address space")
def test_the_reader_of_a_video_has_half_a_gib(monkeypatch: pytest.MonkeyPatch) -> None:
    """So a bomb of a kind that nobody knows yet ends its reader, and nothing else."""
    limits: dict[int, tuple[int, int]] = {}
    monkeypatch.setattr(resource, "setrlimit", limits.__setitem__)
    probe_process.set_resource_limits()
    assert limits[resource.RLIMIT_AS] == (512 * 1024**2, 512 * 1024**2)


async def _settled() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


def test_one_reader_at_a_time_and_organizations_take_turns(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """While a file of an organization is read and fifty more wait, another's is of the next two."""
    order: list[str] = []
    done = asyncio.Event()

    async def measure(film: IO[bytes], _demuxer: str, _limit: float) -> float:
        order.append(film.name)
        await done.wait()
        return 60.0

    async def check(owner: str) -> None:
        path = tmp_path / owner
        path.touch()
        with path.open("rb") as film:
            required = FileRequirements(owner, "video", min_seconds=1)
            await video_duration.check_min_duration(film, "mov", required, 20)

    async def run() -> None:
        flood = [asyncio.create_task(check("flood")) for _ in range(51)]
        await _settled()
        other = asyncio.create_task(check("other"))
        await _settled()
        assert len(order) == 1
        done.set()
        await asyncio.gather(*flood, other)

    monkeypatch.setattr(video_duration, "measure_duration", measure)
    asyncio.run(run())
    assert "other" in [Path(each).name for each in order[:3]]
    assert len(order) == 52


def test_a_photo_and_a_video_are_not_read_at_once(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """An engine has one reader, whatever it reads: so a machine with an engine a core has at most
    one a core."""
    order: list[str] = []
    done = asyncio.Event()

    async def read(*kind_and_more: object) -> int:
        order.append(str(kind_and_more[-1]))
        await done.wait()
        return 60

    async def run(file: IO[bytes]) -> None:
        required = FileRequirements("acme", "video", min_seconds=1)
        video = video_duration.check_min_duration(file, "mov", required, 20)
        photo = photo_runner.run_photo_process(file, "other", 20, "photo")
        tasks = [asyncio.create_task(video), asyncio.create_task(photo.__aenter__())]
        await _settled()
        assert order == ["20"]
        done.set()
        await asyncio.gather(*tasks)

    monkeypatch.setattr(video_duration, "measure_duration", read)
    monkeypatch.setattr(photo_runner, "_run", read)
    with (tmp_path / "file").open("wb") as file:
        asyncio.run(run(file))
    assert order == ["20", "('photo',)"]


def test_each_event_loop_has_its_own_turns() -> None:
    """A turn that one loop never gave back is none of the next loop's business."""
    turns = ProcessTurns()

    async def leave_open() -> None:
        await turns.take("acme").__aenter__()

    for _ in range(2):
        asyncio.run(leave_open())


def _png_of(width: int, height: int) -> bytes:
    """A PNG whose header claims this size, and that holds a few bytes of it."""

    def chunk(name: bytes, body: bytes) -> bytes:
        checksum = zlib.crc32(name + body)
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", checksum)

    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    pixels = zlib.compress(bytes(1_000_000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels)


@pytest.mark.parametrize(("width", "height"), [(60_000, 60_000), (2**31 - 1, 1), (64_001, 1_000)])
def test_a_photo_of_too_many_pixels_is_refused_by_its_header(width: int, height: int) -> None:
    """It is never decoded."""
    bomb = _png_of(width, height)
    fetcher = make_fetcher(serve_bytes(bomb))
    with pytest.raises(GiveUp, match="has more than 64 million pixels"):
        read_source(fetcher, "https://source.test/a.png", max_photo_bytes=1_000)
    assert len(bomb) < 10_000
