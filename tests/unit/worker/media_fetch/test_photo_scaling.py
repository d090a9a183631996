"""A photo that is too large a file for its network is made smaller, and shows the same."""

import hashlib
import io
import random
from base64 import b64encode
from typing import Any

import pytest
from PIL import Image

from provider.errors import GiveUp
from tests.sample_files import JPEG, MP4
from tests.unit.worker.media_fetch.fetch_harness import make_fetcher, read_source, serve_bytes
from tests.unit.worker.media_fetch.test_photo_conversion import (
    BLUE,
    HEIC,
    RED,
    TURNED,
    is_close,
    two_colors,
)
from worker.media_fetch import MediaSource, photo_process
from worker.media_fetch.photo_scaling import format_size

LINK = "https://source.test/shop.png"
MOST = 20_000
SIZE = (240, 160)


def noisy(mode: str = "RGB") -> Image.Image:
    """A photo whose left part is red, and its right part blue, with much noise between: a file of
    some 60 kB."""
    width, height = SIZE
    photo = two_colors("RGBA" if mode == "RGBA" else "RGB", SIZE)
    noise = Image.frombytes(
        "RGB", (width - 80, height), random.Random(1).randbytes((width - 80) * height * 3)
    )
    photo.paste(noise, (40, 0))
    return photo.quantize() if mode == "P" else photo.convert(mode)


def saved(photo: Image.Image, image_format: str, **options: object) -> bytes:
    """The photo as a file."""
    output = io.BytesIO()
    photo.save(output, image_format, **options)
    return output.getvalue()


def fetch(
    content: bytes,
    most: int | None = MOST,
    **limits: Any,  # noqa: ANN401
) -> tuple[MediaSource, bytes]:
    """What a provider gets for this file where the network takes so many bytes."""
    fetcher = make_fetcher(serve_bytes(content), **limits)
    return read_source(fetcher, LINK, max_photo_bytes=most)


def scaled(content: bytes, most: int = MOST) -> Image.Image:
    """The smaller photo; it is what its source says of it, and no larger than wanted."""
    assert len(content) > most
    source, body = fetch(content, most)
    assert len(body) == source.size <= most
    assert source.sha256 == source.spooled_sha256 == hashlib.sha256(body).hexdigest()
    assert source.md5 == b64encode(hashlib.md5(body, usedforsecurity=False).digest()).decode()
    assert source.note == (
        f"scaled down from {format_size(len(content))} to {format_size(len(body))}"
    )
    photo = Image.open(io.BytesIO(body))
    assert (source.width, source.height) == photo.size
    assert source.content_type == f"image/{str(photo.format).lower()}"
    assert source.name == {"JPEG": "shop.jpg", "WEBP": "shop.webp"}[str(photo.format)]
    return photo


@pytest.mark.parametrize(
    ("mode", "image_format", "becomes"),
    [
        ("RGB", "JPEG", "JPEG"),
        ("CMYK", "JPEG", "JPEG"),
        ("RGB", "PNG", "JPEG"),
        ("RGBA", "PNG", "JPEG"),
        ("P", "PNG", "JPEG"),
        ("P", "GIF", "JPEG"),
        ("RGB", "BMP", "JPEG"),
        ("RGB", "TIFF", "JPEG"),
        ("RGB", "WEBP", "WEBP"),
    ],
)
def test_a_smaller_photo_shows_the_same(mode: str, image_format: str, becomes: str) -> None:
    """Of any type and with any colors: red on the left, blue on the right, the same proportions."""
    options: dict[str, object] = {"quality": 95} if image_format in ("JPEG", "WEBP") else {}
    photo = scaled(saved(noisy(mode), image_format, **options))
    assert photo.format == becomes
    assert photo.width / photo.height == pytest.approx(SIZE[0] / SIZE[1], rel=0.02)
    middle = photo.height // 2
    assert is_close(photo.convert("RGB").getpixel((2, middle)), RED)
    assert is_close(photo.convert("RGB").getpixel((photo.width - 3, middle)), BLUE)


def test_quality_goes_before_pixels() -> None:
    """A photo that is only a little too large keeps its width and height; a much larger one does
    not, and uses most of the bytes that it may have."""
    content = saved(noisy(), "JPEG", quality=95)
    assert scaled(content, len(content) * 3 // 4).size == SIZE
    most = len(content) // 10
    assert scaled(content, most).size < SIZE
    assert fetch(content, most)[0].size > most * 0.6


def test_what_is_transparent_stays_so() -> None:
    """As WebP, because JPEG knows no transparency; also where a palette's color stands for it."""
    clear = noisy("RGBA")
    clear.putalpha(Image.linear_gradient("L").resize(SIZE))
    for content in (saved(clear, "PNG"), saved(noisy("P"), "PNG", transparency=0)):
        photo = scaled(content)
        assert photo.format == "WEBP"
        assert photo.getchannel("A").getextrema() != (255, 255)


def test_16_bits_a_pixel_keep_their_brightness() -> None:
    """A photo with many shades of gray is neither black nor white afterwards."""
    values = random.Random(2).randbytes(SIZE[0] * SIZE[1] * 2)
    photo = scaled(saved(Image.frombytes("I;16", SIZE, values), "PNG"))
    pixels = photo.convert("L").resize((1, 1), Image.Resampling.BOX)
    assert pixels.getpixel((0, 0)) == pytest.approx(128, abs=15)


@pytest.mark.parametrize("image_format", ["JPEG", "PNG", "WEBP"])
def test_a_turned_photo_stands_upright_and_says_nothing_more(image_format: str) -> None:
    """The turn that a camera notes is made; the note goes, and so does the place. The colors
    stay."""
    exif = Image.Exif()
    exif[TURNED] = 6  # to be turned clockwise
    exif[0x010E] = "Lantern & Loaf, 5 Main St"
    content = saved(noisy(), image_format, exif=exif, icc_profile=b"colors", quality=95)
    photo = scaled(content)
    assert photo.height > photo.width
    assert is_close(photo.convert("RGB").getpixel((photo.width // 2, 2)), RED)
    assert not photo.getexif()
    assert photo.info["icc_profile"] == b"colors"
    small, body = fetch(content, len(content))
    assert (small.width, small.height) == (SIZE[1], SIZE[0]), "as it is seen"
    assert body == content


def test_a_photo_that_fits_stays_as_it_is() -> None:
    """Its bytes are those of the source, and its width and height are known."""
    content = saved(noisy(), "JPEG", quality=95)
    source, body = fetch(content, len(content))
    assert (body, source.note) == (content, None)
    assert (source.width, source.height) == SIZE
    assert source.spooled_sha256 == source.sha256
    unlimited, body = fetch(content, None)
    assert (body, unlimited.width, unlimited.spooled_sha256) == (content, None, None)


def test_a_photo_that_cannot_be_measured_is_sent_all_the_same() -> None:
    """A network may read what we cannot; width and height are unknown."""
    source, body = fetch(JPEG)
    assert (body, source.width, source.height) == (JPEG, None, None)


def test_a_converted_photo_is_measured_and_made_smaller() -> None:
    """A phone's HEIF photo becomes JPEG first."""
    source, body = fetch(HEIC)
    assert (source.content_type, source.note) == ("image/jpeg", None)
    assert (source.width, source.height) == (64, 32)
    smaller, _ = fetch(HEIC, len(body) - 1)
    assert smaller.size < len(body)
    assert smaller.note is not None


def test_a_phone_s_photo_with_a_second_picture_is_one_photo() -> None:
    """Such a JPEG file has a preview or a depth map behind the photo."""
    content = saved(noisy(), "MPO", save_all=True, append_images=[noisy()], quality=95)
    assert scaled(content).format == "JPEG"


@pytest.mark.parametrize("image_format", ["GIF", "WEBP", "PNG"])
def test_an_animated_photo_is_left_alone(image_format: str) -> None:
    """Where it is small enough; otherwise the reason says what to do."""
    frames = [noisy(), noisy().rotate(180)]
    content = saved(frames[0], image_format, save_all=True, append_images=frames[1:])
    source, body = fetch(content, len(content))
    assert (body, source.width, source.height) == (content, *SIZE)
    sentence = r"and 20\.0 kB are possible, but it is animated.* make it smaller"
    with pytest.raises(GiveUp, match=sentence):
        fetch(content)


def test_where_scaling_is_switched_off_the_reason_names_the_setting() -> None:
    """And both sizes."""
    content = saved(noisy(), "PNG")
    sentence = r"has 78\.\d kB, and 20\.0 kB are possible; .*set SLOTBEAT_SCALE_IMAGES=1"
    with pytest.raises(GiveUp, match=sentence):
        fetch(content, scale_images=False)
    assert fetch(content, len(content), scale_images=False)[1] == content


def test_a_damaged_photo_is_refused_in_words() -> None:
    """Half of a photo is none."""
    content = saved(noisy(), "JPEG", quality=95)
    with pytest.raises(GiveUp, match="but it cannot be read: it is damaged or incomplete"):
        fetch(content[: len(content) // 2], 5000)


def test_a_huge_photo_is_refused_before_it_is_decoded() -> None:
    """A small file can have very many pixels."""
    side = int(photo_process.MAX_PIXELS**0.5) + 1
    content = saved(Image.new("1", (side, side)), "PNG")
    with pytest.raises(GiveUp, match="more than 64 million pixels"):
        fetch(content, 1000)
    source, _ = fetch(content, len(content))
    assert source.width is None


def test_a_limit_that_no_photo_fits_is_said() -> None:
    """One pixel is a file of some bytes."""
    with pytest.raises(GiveUp, match="cannot be made so small"):
        fetch(saved(noisy(), "JPEG"), 100)


def test_the_limit_holds_for_photos_alone() -> None:
    """A video is streamed as before."""
    fetcher = make_fetcher(serve_bytes(MP4))
    source, body = read_source(fetcher, LINK, "video", max_photo_bytes=1)
    assert (body, source.width, source.spooled_sha256) == (MP4, None, None)
