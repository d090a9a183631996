"""A separate process that converts the photo on its standard input, and writes it to its output.

`python -I convert_process.py`. It imports nothing of ours. It writes JPEG, or PNG where a part of
the photo is transparent; the photo's colors are kept, its other metadata (such as the place) are
not. Exit code 3: the photo is animated, 4: it is too large, another one: it is damaged.
"""

import resource
import sys

import pi_heif
from PIL import Image, ImageOps

MAX_MEMORY = 2 * 1024**3
MAX_CPU_SECONDS = 60
MAX_OUTPUT = 512 * 1024**2
MAX_PIXELS = 64_000_000
JPEG_QUALITY = 92
ANIMATED, TOO_LARGE = 3, 4


def set_resource_limits() -> None:
    """Limit the memory, CPU time and output that a hostile file can use."""
    resource.setrlimit(resource.RLIMIT_CPU, (MAX_CPU_SECONDS, MAX_CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (MAX_OUTPUT, MAX_OUTPUT))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":  # other systems refuse this limit, or use it differently
        resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))


def convert() -> None:
    """Convert the photo."""
    pi_heif.register_heif_opener()
    with Image.open(sys.stdin.buffer, formats=("HEIF", "AVIF")) as photo:
        if photo.format == "AVIF" and getattr(photo, "n_frames", 1) > 1:
            sys.exit(ANIMATED)
        if photo.width * photo.height > MAX_PIXELS:
            sys.exit(TOO_LARGE)
        upright = ImageOps.exif_transpose(photo)
        colors = photo.info.get("icc_profile")
    if _is_opaque(upright):
        save(upright.convert("RGB"), "JPEG", colors)
    else:
        save(upright.convert("RGBA"), "PNG", colors)


def _is_opaque(photo: Image.Image) -> bool:
    return "A" not in photo.getbands() or photo.getchannel("A").getextrema() == (255, 255)


def save(photo: Image.Image, image_format: str, colors: bytes | None) -> None:
    """Write the photo to the standard output."""
    photo.info.clear()  # some writers of Pillow copy comments from there
    photo.save(sys.stdout.buffer, image_format, quality=JPEG_QUALITY, icc_profile=colors)


if __name__ == "__main__":
    set_resource_limits()
    convert()
