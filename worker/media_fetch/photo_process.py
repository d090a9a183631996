"""A separate process that changes the photo on its standard input, and writes to its output.

It imports nothing of ours. The photo's colors are kept; its other metadata (such as the place) are
not. Exit code 3: the photo is animated, 4: it is too large, 5: it cannot be made small enough,
another one: it is damaged.

- `python -I photo_process.py convert`: a HEIF or AVIF photo becomes JPEG, or PNG where a part of it
  is transparent.
- `python -I photo_process.py scale MAX_BYTES`: writes a line with the width and the height of the
  upright photo in pixels, and then a smaller photo where it has more than MAX_BYTES: JPEG, or WebP
  where it is WebP or a part of it is transparent.
"""

import io
import os
import resource
import sys

from PIL import Image, ImageOps

MAX_CPU_SECONDS = 60
MAX_OUTPUT = 512 * 1024**2
MAX_PIXELS = 64_000_000
# The photo, a copy of it that is upright, and what its encoder needs, at four bytes a pixel.
MAX_MEMORY = 256 * 1024**2 + 3 * 4 * MAX_PIXELS
JPEG_QUALITY = 92
# Scaling tries these, the best one first, before it takes away pixels.
QUALITIES = (90, 82, 74)
ANIMATED, TOO_LARGE, NOT_SMALL_ENOUGH = 3, 4, 5
MAX_SIDE = 16_383  # pixels, of WebP
UNENCODABLE = MAX_OUTPUT
WEBP_METHOD = 2  # 0 is the fastest one, 6 makes the smallest files
HOPELESS = 4  # so many times too large, no lower quality is worth its time
SCALED_FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF")
ORIENTATION = 0x0112  # the EXIF tag
TURNED_SIDEWAYS = (5, 6, 7, 8)


def set_resource_limits() -> None:
    """Limit the memory, CPU time and output that a hostile file can use."""
    resource.setrlimit(resource.RLIMIT_CPU, (MAX_CPU_SECONDS, MAX_CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (MAX_OUTPUT, MAX_OUTPUT))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":  # other systems refuse this limit, or use it differently
        resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))


def convert() -> None:
    """Convert the photo."""
    import pi_heif  # noqa: PLC0415  (it takes as long to import as all the rest)

    pi_heif.register_heif_opener()
    with Image.open(sys.stdin.buffer, formats=("HEIF", "AVIF")) as photo:
        if photo.format == "AVIF" and getattr(photo, "n_frames", 1) > 1:
            sys.exit(ANIMATED)
        check_pixels(photo)
        upright = ImageOps.exif_transpose(photo)
        colors = photo.info.get("icc_profile")
    if is_opaque(upright):
        data = encode(upright.convert("RGB"), "JPEG", JPEG_QUALITY, colors)
    else:
        data = encode(upright.convert("RGBA"), "PNG", JPEG_QUALITY, colors)
    sys.stdout.buffer.write(data)


def check_pixels(photo: Image.Image) -> None:
    """End the process where the photo is too large to be decoded."""
    if photo.width * photo.height > MAX_PIXELS:
        sys.exit(TOO_LARGE)


def is_opaque(photo: Image.Image) -> bool:
    """Whether no part of it is transparent."""
    return "A" not in photo.getbands() or photo.getchannel("A").getextrema() == (255, 255)


def encode(photo: Image.Image, image_format: str, quality: int, colors: bytes | None) -> bytes:
    """The photo as a file. `colors`: the ICC profile."""
    photo.info.clear()  # some writers of Pillow copy comments from there
    output = io.BytesIO()
    photo.save(output, image_format, quality=quality, icc_profile=colors, method=WEBP_METHOD)
    return output.getvalue()


def scale(max_bytes: int) -> None:
    """Write the size of the photo in pixels, and a smaller photo where it is too large a file."""
    Image.MAX_IMAGE_PIXELS = None  # the check of the pixels is ours
    is_small = os.fstat(sys.stdin.fileno()).st_size <= max_bytes
    with Image.open(sys.stdin.buffer, formats=SCALED_FORMATS) as photo:
        if is_small:
            write_size(*upright_size(photo))
            return
        if photo.format != "MPO" and getattr(photo, "n_frames", 1) > 1:
            sys.exit(ANIMATED)
        check_pixels(photo)
        is_webp = photo.format == "WEBP"
        upright = ImageOps.exif_transpose(photo)
        colors = photo.info.get("icc_profile") if photo.mode in ("RGB", "RGBA") else None
    whole = in_colors(upright)
    image_format = "WEBP" if is_webp or whole.mode == "RGBA" else "JPEG"
    data, size = make_small(whole, image_format, colors, max_bytes)
    write_size(*size)
    sys.stdout.buffer.write(data)


def write_size(width: int, height: int) -> None:
    """Write the first line."""
    sys.stdout.buffer.write(f"{width} {height}\n".encode())


def upright_size(photo: Image.Image) -> tuple[int, int]:
    """Width and height of the photo as it is to be seen."""
    check_pixels(photo)  # PNG must be decoded before its EXIF is known
    if photo.getexif().get(ORIENTATION) in TURNED_SIDEWAYS:
        return photo.height, photo.width
    return photo.width, photo.height


def in_colors(photo: Image.Image) -> Image.Image:
    """The photo as RGB, or as RGBA where a part of it is transparent."""
    if photo.mode.startswith("I;16"):  # 16 bits a pixel, of which the upper 8 are kept
        return photo.convert("I").point(lambda value: value / 256).convert("RGB")
    if not photo.has_transparency_data:
        return photo if photo.mode == "RGB" else photo.convert("RGB")
    with_alpha = photo if photo.mode == "RGBA" else photo.convert("RGBA")
    return with_alpha.convert("RGB") if is_opaque(with_alpha) else with_alpha


def make_small(
    whole: Image.Image, image_format: str, colors: bytes | None, max_bytes: int
) -> tuple[bytes, tuple[int, int]]:
    """The photo as a file of at most `max_bytes`, and its width and height: of lower quality, and
    of fewer pixels where that is not enough."""
    whole.thumbnail((MAX_SIDE, MAX_SIDE))
    photo, factor = whole, 1.0
    while True:
        smallest = UNENCODABLE
        for quality in QUALITIES:
            data = try_encode(photo, image_format, quality, colors)
            if data is not None and len(data) <= max_bytes:
                return data, photo.size
            smallest = UNENCODABLE if data is None else len(data)
            if smallest > max_bytes * HOPELESS:
                break
        if photo.size == (1, 1):
            sys.exit(NOT_SMALL_ENOUGH)
        # The size of a file grows about as its pixels do.
        factor *= min(0.9, max(0.5, 0.97 * (max_bytes / smallest) ** 0.5))
        width, height = (max(1, round(side * factor)) for side in whole.size)
        photo = whole.resize((width, height), Image.Resampling.LANCZOS)


def try_encode(
    photo: Image.Image, image_format: str, quality: int, colors: bytes | None
) -> bytes | None:
    """The photo as a file; None where it has more details than WebP or the memory can hold."""
    try:
        return encode(photo, image_format, quality, colors)
    except MemoryError:
        return None
    except ValueError:
        if image_format != "WEBP":
            raise
        return None


if __name__ == "__main__":
    set_resource_limits()
    if sys.argv[1] == "convert":
        convert()
    else:
        scale(int(sys.argv[2]))
