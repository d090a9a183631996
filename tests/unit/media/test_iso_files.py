"""Files in boxes: told by their brands, wherever the brands stand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media.file_types import FILE_TYPES, sniff_content_type
from media.iso_files import iso_content_type

REST = b"\0\0\0\x10meta" + bytes(500)


def box(name: bytes, content: bytes = b"") -> bytes:
    """A box of a file."""
    return (8 + len(content)).to_bytes(4) + name + content


def long_box(name: bytes, content: bytes = b"") -> bytes:
    """A box whose size stands behind its name."""
    return (1).to_bytes(4) + name + (16 + len(content)).to_bytes(8) + content


def ftyp(*brands: str) -> bytes:
    """The box with the brands, the major one first."""
    major, *others = (each.encode("ascii") for each in brands)
    return box(b"ftyp", major + bytes(4) + b"".join(others))


# The brands of files, the major one first, by content type.
PHOTOS = {
    "image/heic": [
        *("heic", "heix", "heim", "heis", "hevc", "hevx", "mif1 heic", "mif1 mif1 miaf heix"),
        *("msf1 hevc", "mif2 heic", "mif1 isom heic", "zzzz mp42 heic"),
    ],
    "image/avif": [
        *("avif", "avis", "avif mif1 miaf MA1B", "mif1 avif", "msf1 avis", "avis msf1 iso8"),
    ],
    "image/heif": [
        *("mif1", "msf1", "mif1 miaf", "mif1 isom", "avci", "jpeg mif1", "mif1 vvic", "zzzz mif1"),
    ],
}
OTHERS = {
    "video/mp4": [
        *("isom", "iso2", "iso6 mp41", "mp42 isom", "avc1", "dash", "MSNV mp42", "f4v ", "hvc1"),
        *("XAVC mp42 iso2", "zzzz isom", "mp42 avc1 heif", "cmfc"),
    ],
    "video/x-m4v": ["M4V ", "M4VH", "M4V  mp42"],
    "video/quicktime": ["qt  ", "mqt "],
    "video/3gpp": ["3gp4", "3gp5 isom", "3gg6", "3ge7"],
    "video/3gpp2": ["3g2a", "3g2c mp42"],
    "audio/mp4": ["M4A ", "M4B ", "M4A  mp42 isom"],
    "image/x-canon-cr3": ["crx "],
}
UNKNOWN = ["zzzz", "zzzz zzzz", "abcd efgh", "HEIC", "mp4\u007f"]


def named(text: str) -> list[str]:
    """The brands in a text: four characters each, with a blank between."""
    return [text[start : start + 4] for start in range(0, len(text), 5)]


KNOWN = [(kind, text) for kind, all_ in (PHOTOS | OTHERS).items() for text in all_]


@pytest.mark.parametrize(("content_type", "brands"), KNOWN)
def test_the_brands_tell(content_type: str, brands: str) -> None:
    """By the major brand; by a compatible one where the major brand only says how it is stored."""
    assert iso_content_type(ftyp(*named(brands)) + REST) == content_type


@pytest.mark.parametrize("brands", [text for all_ in PHOTOS.values() for text in all_])
def test_every_photo_can_be_in_a_post(brands: str) -> None:
    """No photo is taken for a video, and each has a type that posts accept."""
    assert FILE_TYPES[sniff_content_type(ftyp(*named(brands)), "a.mp4")].post_type == "photo"


@pytest.mark.parametrize("brands", UNKNOWN)
def test_an_unknown_brand_is_no_video(brands: str) -> None:
    """Its description names the brand, and no post accepts it."""
    found = sniff_content_type(ftyp(*named(brands)) + REST, "a.mp4")
    assert found == f"of the unknown brand {brands[:4]!r}"
    assert found not in FILE_TYPES


@pytest.mark.parametrize(
    ("handlers", "content_type"),
    [
        ([b"vide"], "video/mp4"),
        ([b"soun", b"vide"], "video/mp4"),
        ([b"pict"], "image/heif"),
        ([b"soun"], "of the unknown brand 'zzzz'"),
    ],
)
def test_a_file_of_an_unknown_brand_may_say_what_it_shows(
    handlers: list[bytes], content_type: str
) -> None:
    """A video has a track of pictures that move, a photo a picture."""
    tracks = b"".join(box(b"hdlr", bytes(8) + each + bytes(12)) for each in handlers)
    assert iso_content_type(ftyp("zzzz") + box(b"moov", tracks)) == content_type


@pytest.mark.parametrize(
    "before",
    [
        box(b"free"),
        box(b"skip", bytes(300)),
        box(b"wide") + box(b"free", bytes(5)),
        box(b"mdat", bytes(1000)),
        long_box(b"mdat", bytes(1000)),
        box(b"moov", bytes(70)),
    ],
)
def test_the_brands_need_not_come_first(before: bytes) -> None:
    """Other boxes may stand before them."""
    assert iso_content_type(before + ftyp("isom", "mp42") + REST) == "video/mp4"
    assert iso_content_type(before + ftyp("mif1", "heic") + REST) == "image/heic"


@pytest.mark.parametrize(
    "head",
    [
        box(b"wide") + box(b"mdat", bytes(500)),
        box(b"moov", bytes(500)),
        (0x07654321).to_bytes(4) + b"mdat" + bytes(500),
        box(b"mdat")[:4] + b"mdat",
        (0).to_bytes(4) + b"mdat" + bytes(500),
        long_box(b"mdat", bytes(500)),
    ],
)
def test_without_brands_it_is_an_old_quicktime_file(head: bytes) -> None:
    """Also where the first box is longer than what was read."""
    assert iso_content_type(head) == "video/quicktime"


@pytest.mark.parametrize(
    "head", [b"", b"\0\0\0\x18", b"The free offer", b"my moov", b"\x89PNG\r\n"]
)
def test_another_file_is_no_file_in_boxes(head: bytes) -> None:
    """Too short, a text, or another form."""
    assert iso_content_type(head) is None


@given(st.binary(max_size=300) | st.binary(max_size=200).map(lambda rest: b"\0\0\0\x18ftyp" + rest))
def test_no_bytes_break_it(head: bytes) -> None:
    """Whatever a file begins with has an answer in words."""
    assert sniff_content_type(head, "a.bin")
