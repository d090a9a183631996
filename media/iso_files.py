"""Files in boxes: MP4, QuickTime, HEIF, AVIF and the like, by the brands in `ftyp`. Pure.

Photos and videos have the same form, so a file of an unknown brand is neither, unless it says
itself what it shows. The registered brands: https://mp4ra.org/registered-types/brands
"""

import re
from collections.abc import Iterator
from typing import Final

MP4: Final = "video/mp4"
QUICKTIME: Final = "video/quicktime"
HEIF: Final = "image/heif"

# A file may begin with any of these. Without a `ftyp` box it is an old QuickTime file.
_FIRST_BOXES: Final = (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot")
_MIN_BOX: Final = 8
_MAX_BRANDS: Final = 64
# Brands by their content type, as regular expressions.
_TYPES: Final = {
    content_type: re.compile(brands)
    for content_type, brands in (
        ("image/heic", r"he[iv][cmsx]"),
        ("image/avif", r"avi[fso]|MA1[AB]"),
        (HEIF, r"avc[is]|jpeg|jpgs|j2ki|j2is|vvi[cs]|evb[is]|evm[is]"),
        ("image/x-canon-cr3", r"crx "),
        ("audio/mp4", r"M4[ABP] |F4[AB] |aax[ c]|isma"),
        ("video/x-m4v", r"M4V |M4V[HP]"),
        ("video/3gpp", r"3g[efghmprst][0-9a-z]"),
        ("video/3gpp2", r"3g2[0-9a-z]"),
        (QUICKTIME, r"qt  |mqt "),
        (
            MP4,
            (
                r"iso[m2-9a-d]|mp4[12]|mp71|avc1|av01|h[ve][cv]1|dash|dby1|cmf[2cfls]|[fF]4[vVp] "
                r"|MSNV|ND[SX][CHMPS]|XAVC|mmp4|nvr1|niko|SDV |piff|ccff|ms[dsi][hx]|kddi|isml|SEBK"
            ),
        ),
    )
}
# These say how a photo is stored, not how it is coded.
_ANY_PHOTO: Final = re.compile(r"mif[123]|msf1|miaf|mipr")
_PREFERENCE: Final = ("image/", "audio/", "video/")
_HANDLER: Final = re.compile(rb"hdlr.{8}(vide|pict)", re.DOTALL)


def iso_content_type(head: bytes) -> str | None:
    """The content type of a file that begins with `head`; a description for an unknown brand; None
    for a file of another form."""
    if head[4:8] not in _FIRST_BOXES or not _may_be_size(head[:4]):
        return None
    brands = next((_read_brands(body) for name, body in _boxes(head) if name == b"ftyp"), None)
    if brands is None:
        return QUICKTIME if head[4:8] != b"ftyp" else None
    return _type_of(brands) or _type_by_handler(head) or f"of the unknown brand {brands[0]!r}"


def _may_be_size(first: bytes) -> bool:
    """Whether these bytes may be the size of a box. A text would have other ones there."""
    return b"\0" in first or first[0] < ord("\t")


def _boxes(head: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The names and contents of the boxes that begin in `head`."""
    position = 0
    while position + _MIN_BOX <= len(head):
        size, begin = int.from_bytes(head[position : position + 4]), position + _MIN_BOX
        if size == 1:  # the size is in the eight bytes behind the name
            size, begin = int.from_bytes(head[begin : begin + 8]), begin + 8
        yield head[position + 4 : position + 8], head[begin : position + size]
        if size < begin - position:
            return
        position += size


def _read_brands(body: bytes) -> list[str]:
    """The major brand and the compatible ones; the version between them is left out."""
    brands = [body[start : start + 4] for start in range(0, min(len(body), 4 * _MAX_BRANDS), 4)]
    return [each.decode("latin-1") for each in (brands[:1] or [b""]) + brands[2:]]


def _type_of(brands: list[str]) -> str | None:
    """The type by the major brand, else by the compatible ones, photos first; None if unknown."""
    major = _type_of_brand(brands[0])
    if major is not None:
        return major
    known = [found for each in brands[1:] if (found := _type_of_brand(each))]
    for begin in _PREFERENCE:
        if found := next((each for each in known if each.startswith(begin)), None):
            return found
        if begin == "image/" and any(_ANY_PHOTO.fullmatch(each) for each in brands):
            return HEIF
    return None


def _type_of_brand(brand: str) -> str | None:
    return next((kind for kind, brands in _TYPES.items() if brands.fullmatch(brand)), None)


def _type_by_handler(head: bytes) -> str | None:
    """What the file says that it shows, where no brand is known."""
    shown = {match[1] for match in _HANDLER.finditer(head)}
    return MP4 if b"vide" in shown else HEIF if b"pict" in shown else None
