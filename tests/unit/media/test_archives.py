"""Office files: told by the members of their archive, in any order."""

import io
import random
import zipfile
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media.archives import DOCX, PPTX, XLSX, ZIP, archive_content_type
from media.file_types import FILE_TYPES, SNIFF_BYTES, describe_mismatch

PARTS = {
    DOCX: ("word", "word/document.xml", "word/media/image1.png", "word/styles.xml"),
    PPTX: ("ppt", "ppt/presentation.xml", "ppt/media/image1.png", "ppt/slides/slide1.xml"),
    XLSX: ("xl", "xl/workbook.xml", "xl/media/image1.png", "xl/worksheets/sheet1.xml"),
}
COMMON = ("_rels/.rels", "docProps/app.xml", "docProps/thumbnail.jpeg", "customXml/item1.xml")
TYPES_NAME = "[Content_Types].xml"
ODF = "application/vnd.oasis.opendocument.text"
METHODS = st.sampled_from([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])


class Unseekable(io.RawIOBase):
    """An output that cannot go back, so that sizes stand behind the data."""

    def __init__(self) -> None:
        self.data = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        self.data += bytes(data)  # type: ignore[call-overload]
        return len(bytes(data))  # type: ignore[call-overload]


def pack(members: Sequence[tuple[str, bytes]], method: int, *, streamed: bool = False) -> bytes:
    """An archive of these members, in this order."""
    output = Unseekable() if streamed else io.BytesIO()
    with zipfile.ZipFile(output, "w", method) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return bytes(output.data) if isinstance(output, Unseekable) else output.getvalue()


def content_types(folder: str) -> bytes:
    """The list of an Office file's parts."""
    part = f'<Override PartName="/{folder}/main.xml" ContentType="main+xml"/>'
    return f'<?xml version="1.0"?><Types>{part}</Types>'.encode()


@given(st.sampled_from(sorted(PARTS)), st.randoms(use_true_random=False), METHODS)
def test_the_order_of_the_members_does_not_matter(
    content_type: str, chance: random.Random, method: int
) -> None:
    """All orders of an Office file's members are that Office file."""
    folder, *own = PARTS[content_type]
    members = [(name, bytes(200)) for name in (*own, *COMMON)]
    members.append((TYPES_NAME, content_types(folder)))
    chance.shuffle(members)
    assert archive_content_type(pack(members, method)) == content_type


@pytest.mark.parametrize("content_type", sorted(PARTS))
def test_one_telling_member_in_sight_is_enough(content_type: str) -> None:
    """The list of parts, a part, or a member behind many others; also with sizes that follow."""
    folder, *own = PARTS[content_type]
    many = [(f"customXml/item{number}.xml", b"<x/>" * 20) for number in range(30)]
    for members in (
        [(TYPES_NAME, content_types(folder)), *many],
        [(own[1], random.Random(1).randbytes(2 * SNIFF_BYTES))],
        [*many, (own[0], b"<x/>")],
    ):
        for streamed in (False, True):
            head = pack(members, zipfile.ZIP_DEFLATED, streamed=streamed)[:SNIFF_BYTES]
            assert archive_content_type(head) == content_type


@pytest.mark.parametrize("name", ["word\\document.xml", "/word/document.xml", "Word/document.xml"])
def test_a_member_may_be_named_as_on_other_systems(name: str) -> None:
    """With a backslash, from the root, or in capitals."""
    packed = pack([("a.xml", b"<x/>"), (name, b"<x/>")], zipfile.ZIP_DEFLATED)
    assert archive_content_type(packed) == DOCX


@given(st.integers(0, 3), METHODS)
def test_an_open_document_says_what_it_is(place: int, method: int) -> None:
    """Its `mimetype` is mostly first and stored, and found elsewhere too."""
    members = [(name, bytes(99)) for name in ("content.xml", "meta.xml", "styles.xml")]
    members.insert(place, ("mimetype", ODF.encode()))
    assert archive_content_type(pack(members, method)) == ODF


@pytest.mark.parametrize(
    "members",
    [
        [("a.txt", b"hello")],
        [("words/a.txt", b"hello"), ("word", b"hello"), ("my/word/a.xml", b"hello")],
        [(TYPES_NAME, b"<Types/>")],
        [("mimetype", b"nonsense")],
        [("a.docx", pack([("word/document.xml", b"<x/>")], zipfile.ZIP_STORED))],
    ],
)
@pytest.mark.parametrize("streamed", [False, True])
def test_another_archive_is_an_archive(members: list[tuple[str, bytes]], streamed: bool) -> None:
    """Folders with a similar name, and an Office file inside, do not make it an Office file."""
    assert archive_content_type(pack(members, zipfile.ZIP_STORED, streamed=streamed)) == ZIP


@given(st.binary(max_size=200), st.integers(0, 400))
def test_no_bytes_break_it(noise: bytes, cut: int) -> None:
    """A damaged archive is an archive."""
    good = pack([("a.xml", b"<x/>" * 9), (TYPES_NAME, content_types("word"))], zipfile.ZIP_DEFLATED)
    assert archive_content_type(b"PK\x03\x04" + noise) is not None
    assert archive_content_type(good[: max(cut, 4)] + noise) is not None


def test_a_file_that_no_network_takes_is_refused_with_what_would_be_right() -> None:
    """A spreadsheet or an OpenDocument text is no document for networks."""
    for content_type in (XLSX, ODF):
        assert content_type not in FILE_TYPES
        assert describe_mismatch(content_type, "document") == (
            f"the file is {content_type}, not a document: "
            "a document is one of .pdf, .docx, .pptx, .doc, .ppt"
        )
