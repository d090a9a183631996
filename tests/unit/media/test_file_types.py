"""File types: by the first bytes, whatever the server or the name says."""

import io
import zipfile

import pytest

from media.file_types import sniff_content_type
from provider.errors import GiveUp
from tests.sample_files import HTML, JPEG, MP4, PDF, SAMPLE_BY_SUFFIX
from tests.unit.worker.media_fetch.fetch_harness import make_fetcher, read_source, serve_bytes

OLE = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600)


def packed(*names: str) -> bytes:
    """A zip file with these members, as an office program writes it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, "<xml/>" * 300)
    return buffer.getvalue()


def boxed(brand: bytes) -> bytes:
    """The beginning of a video with this brand."""
    return b"\0\0\0\x18ftyp" + brand + bytes(4) + brand * 2 + bytes(500)


KNOWN = {
    "isom": (boxed(b"isom"), "video/mp4"),
    "mp41": (boxed(b"mp41"), "video/mp4"),
    "iso5": (boxed(b"iso5"), "video/mp4"),
    "a brand of next year": (boxed(b"zzzz"), "of the unknown brand 'zzzz'"),
    "quicktime": (boxed(b"qt  "), "video/quicktime"),
    "old quicktime": (b"\0\0\0\x08wide\0\0\1\0mdat" + bytes(500), "video/quicktime"),
    "a sound": (boxed(b"M4A "), "audio/mp4"),
    "webm": (b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\1\x42\x82\x84webm" + bytes(500), "video/webm"),
    "png": (b"\x89PNG\r\n\x1a\n" + bytes(500), "image/png"),
    "gif": (b"GIF89a" + bytes(500), "image/gif"),
    "webp": (b"RIFF\x20\0\0\0WEBPVP8 " + bytes(500), "image/webp"),
    "heic": (boxed(b"heic"), "image/heic"),
    "avif": (boxed(b"avif"), "image/avif"),
    "png that moves": (
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(17) + b"\0\0\0\x08acTL" + bytes(99),
        "image/png",
    ),
    "jpeg with fill bytes": (b"\xff\xd8\xff\xff\xff\xe1" + bytes(500), "image/jpeg"),
    "jpeg without APP0": (b"\xff\xd8\xff\xdb" + bytes(500), "image/jpeg"),
    "bmp": (b"BM\x36\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0" + bytes(500), "image/bmp"),
    "text about cars": (b"BMW is the name of a maker of cars", "text"),
    "text about images": (b"GIF is the name of a file type", "text"),
    "pdf after a line": (b"sent by a printer\n" + PDF, "application/pdf"),
    "pdf after a kilobyte": (b"\n" * 1024 + PDF, "application/pdf"),
    "pdf far behind": (b"\n" * 1025 + PDF, "text"),
    "a page about pdf": (HTML + b"%PDF-1.7", "text/html"),
    "mp3 with ID3": (b"ID3\x04" + bytes(500), "audio/mpeg"),
    "old workbook": (OLE + "Workbook".encode("utf-16-le"), "application/vnd.ms-excel"),
    "old file with a password": (
        OLE + "EncryptedPackage".encode("utf-16-le"),
        "an Office file with a password",
    ),
    "old mail": (OLE + "__properties_version1.0".encode("utf-16-le"), "application/vnd.ms-outlook"),
    "document with an old table in it": (
        OLE + "Workbook".encode("utf-16-le") + "WordDocument".encode("utf-16-le"),
        "application/msword",
    ),
    "jpeg xl": (b"\xff\x0a" + bytes(500), "image/jxl"),
    "jpeg xl in boxes": (b"\0\0\0\x0cJXL \r\n\x87\n" + bytes(500), "image/jxl"),
    "jpeg 2000": (b"\0\0\0\x0cjP  \r\n\x87\n" + bytes(500), "image/jp2"),
    "svg": (b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>', "image/svg+xml"),
    "html": (HTML, "text/html"),
    "json": (b'{"error": "gone"}', "text"),
    "a text that begins like a film": (b"The free offer", "text"),
    "a playlist": (b"#EXTM3U\nfile:///etc/passwd", "text"),
    "noise": (bytes(range(256)), "of no known type"),
    "zip": (packed("a.txt"), "application/zip"),
}
_OFFICE = "application/vnd.openxmlformats-officedocument"
DOCUMENTS = {
    "a.docx": packed("[Content_Types].xml", "_rels/.rels", "word/document.xml"),
    "b.docx": packed("_rels/.rels", "docProps/app.xml", "word/document.xml", "[Content_Types].xml"),
    "a.pptx": packed("[Content_Types].xml", "_rels/.rels", "ppt/presentation.xml"),
    "a.pdf": PDF,
    "a.doc": OLE,
    "a.ppt": OLE,
}


@pytest.mark.parametrize("name", KNOWN)
def test_the_first_bytes_tell(name: str) -> None:
    """Videos, pictures, and other files."""
    head, expected = KNOWN[name]
    assert sniff_content_type(head, "any.bin") == expected


@pytest.mark.parametrize("name", DOCUMENTS)
def test_office_files_are_documents(name: str) -> None:
    """New formats by the members of their zip archive, old formats by their name."""
    source, body = read_source(
        make_fetcher(serve_bytes(DOCUMENTS[name])), f"https://source.test/{name}", "document"
    )
    assert source.name == name
    assert body == DOCUMENTS[name]


def test_a_server_that_lies_is_overruled() -> None:
    """A photo that is served as HTML, with the name of a page, is a photo with a photo's name."""
    server = serve_bytes(JPEG, Content_Type="text/html; charset=utf-8")
    source, _ = read_source(make_fetcher(server), "https://source.test/download.php?id=7")
    assert (source.name, source.content_type) == ("download.jpg", "image/jpeg")


@pytest.mark.parametrize(
    ("body", "post_type", "words"),
    [
        (HTML, "video", "the file is text/html, not a video: the link must lead to the file"),
        (HTML, "photo", "text/html, not a photo"),
        (JPEG, "video", "image/jpeg, not a video"),
        (MP4, "photo", "video/mp4, not a photo"),
        (MP4, "document", "video/mp4, not a document"),
        (boxed(b"M4A "), "video", "audio/mp4, not a video"),
        (b"\x1f\x8b\x08" + bytes(99), "document", "application/gzip, not a document"),
        (bytes(range(256)), "video", "of no known type, not a video"),
    ],
)
def test_a_file_that_does_not_fit_the_post_is_refused(
    body: bytes, post_type: str, words: str
) -> None:
    """Before it is announced, with a text that says what the file is, even if its server says
    otherwise."""
    ending = {"video": "mp4", "photo": "jpg", "document": "pdf"}[post_type]
    server = serve_bytes(body, Content_Type="video/mp4")
    with pytest.raises(GiveUp, match=words):
        read_source(make_fetcher(server), f"https://source.test/a.{ending}", post_type)


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("a.JPEG", "a.JPEG"),
        ("a.png", "a.jpg"),
        ("", "media.jpg"),
        ("..", "media.jpg"),
        ("a%2Fb%0A%00c.jpg", "bc.jpg"),
        ("%C3%A4pfel", "äpfel.jpg"),
        ("n" * 500 + ".jpg", "n" * 100 + ".jpg"),
    ],
)
def test_a_name_fits_its_file(path: str, name: str) -> None:
    """It has the extension of its type, is short, and has only printable characters."""
    source, _ = read_source(
        make_fetcher(serve_bytes(SAMPLE_BY_SUFFIX[".jpg"])), f"https://source.test/{path}"
    )
    assert source.name == name
