"""Small files of each type: only their first bytes are real, enough to detect the type."""

from typing import Final

from tests.paths import ROOT

EXAMPLES: Final = ROOT / "examples" / "media"

JPEG: Final = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01" + b"a picture" * 500
MP4: Final = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + b"a film" * 500
PDF: Final = b"%PDF-1.7\n" + b"a paper" * 500
HTML: Final = b"\n<!DOCTYPE html><html><title>Sign in</title></html>"

# A complete video of three seconds.
VIDEO_MP4: Final = EXAMPLES / "coffee.mp4"

SAMPLE_BY_SUFFIX: Final = {".jpg": JPEG, ".mp4": MP4, ".pdf": PDF}
