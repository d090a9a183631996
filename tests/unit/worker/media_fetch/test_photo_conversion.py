"""HEIF and AVIF photos reach the provider as JPEG, or as PNG where they are transparent."""

import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from provider.errors import GiveUp, Retry
from tests.unit.worker.media_fetch.fetch_harness import make_fetcher, read_source, serve_bytes
from worker.media_fetch import photo_process

HEIC = Path(__file__).parent.joinpath("photos", "two_colors.heic").read_bytes()
RED, BLUE = (220, 30, 30), (30, 30, 220)
LINK = "https://source.test/IMG_0001.HEIC"
TURNED = 0x0112  # the EXIF tag of the orientation


def two_colors(mode: str = "RGB", size: tuple[int, int] = (64, 32)) -> Image.Image:
    """A photo whose left half is red, its right half blue."""
    photo = Image.new(mode, size, RED)
    photo.paste(BLUE, (size[0] // 2, 0, size[0], size[1]))
    return photo


def avif(photo: Image.Image, **options: object) -> bytes:
    """The photo as an AVIF file."""
    output = io.BytesIO()
    photo.save(output, "AVIF", **options)
    return output.getvalue()


def fetch(content: bytes, **limits: Any) -> tuple[str, str, Image.Image]:  # noqa: ANN401
    """The name, type and picture that a provider gets for this file."""
    source, body = read_source(make_fetcher(serve_bytes(content), **limits), LINK)
    assert source.size == len(body)
    return source.name, source.content_type, Image.open(io.BytesIO(body))


def is_close(pixel: object, color: tuple[int, ...]) -> bool:
    """Whether a pixel has this color, about as exactly as a JPEG file has it."""
    assert isinstance(pixel, tuple)
    return all(abs(mine - theirs) < 20 for mine, theirs in zip(pixel, color, strict=True))


@pytest.mark.parametrize("content", [HEIC, avif(two_colors())], ids=["heic", "avif"])
def test_a_photo_becomes_a_jpeg_file(content: bytes) -> None:
    """It shows the same, under a name that fits; its own comments do not go along."""
    name, content_type, photo = fetch(content)
    assert (name, content_type) == ("IMG_0001.jpg", "image/jpeg")
    assert (photo.format, photo.size) == ("JPEG", (64, 32))
    assert is_close(photo.getpixel((5, 5)), RED)
    assert is_close(photo.getpixel((60, 5)), BLUE)
    assert not photo.getexif()


def test_a_turned_photo_stands_upright() -> None:
    """The turn that a camera notes is made, because the note is not kept."""
    exif = Image.Exif()
    exif[TURNED] = 6  # to be turned clockwise
    _, _, photo = fetch(avif(two_colors(), exif=exif))
    assert photo.size == (32, 64)
    assert is_close(photo.getpixel((5, 5)), RED)
    assert is_close(photo.getpixel((5, 60)), BLUE)


def test_a_transparent_photo_becomes_a_png_file() -> None:
    """JPEG knows no transparency; one that is opaque everywhere becomes JPEG."""
    clear = two_colors("RGBA")
    assert fetch(avif(clear))[1] == "image/jpeg"
    clear.putalpha(Image.linear_gradient("L").resize(clear.size))
    name, content_type, photo = fetch(avif(clear))
    assert (name, content_type) == ("IMG_0001.png", "image/png")
    assert photo.getchannel("A").getextrema() != (255, 255)


def test_an_animated_photo_is_refused() -> None:
    """One of its pictures would be another post than the one that was meant."""
    moving = avif(two_colors(), save_all=True, append_images=[Image.new("RGB", (64, 32))])
    with pytest.raises(GiveUp, match=r"image/avif\) is animated; make a video or a GIF"):
        fetch(moving)


def test_a_huge_photo_is_refused_before_it_is_decoded() -> None:
    """A small file can have very many pixels."""
    side = int(photo_process.MAX_PIXELS**0.5) + 1
    huge = avif(Image.new("L", (side, side)), speed=10)
    assert len(huge) < 1_000_000
    with pytest.raises(GiveUp, match="more than 64 million pixels; make it smaller"):
        fetch(huge)


@pytest.mark.parametrize(
    "content", [HEIC[:300], HEIC[:-40] + bytes(40), HEIC[:28] + bytes(900), avif(two_colors())[:99]]
)
def test_a_damaged_photo_is_refused_in_words(content: bytes) -> None:
    """The reason says what to do."""
    with pytest.raises(GiveUp, match=r"is damaged or incomplete; save it as JPEG or PNG"):
        fetch(content)


def test_a_photo_that_takes_too_long_is_refused() -> None:
    """The process is ended at the limit."""
    with pytest.raises(GiveUp, match=r"cannot be converted in 0.001 s"):
        fetch(HEIC, convert=0.001)


def test_the_limit_on_the_size_holds_for_the_converted_file() -> None:
    """It may be larger than the original."""
    with pytest.raises(GiveUp, match=f"more than the {len(HEIC)} bytes"):
        fetch(HEIC, size=len(HEIC))


def test_half_a_photo_is_asked_for_again() -> None:
    """Where the host promised more, the file is not judged."""
    server = serve_bytes(HEIC[:300], Content_Length=str(len(HEIC)))
    with pytest.raises(Retry, match="sent 300 bytes where it promised"):
        read_source(make_fetcher(server), LINK)
