"""Office files of the old kinds, which all begin with the same bytes, by their streams. Pure."""

from typing import Final

DOC: Final = "application/msword"
PPT: Final = "application/vnd.ms-powerpoint"
SLIDES_EXTENSIONS: Final = (".ppt", ".pps")

_BEGINNING: Final = bytes.fromhex("d0cf11e0a1b11ae1")
_DOCUMENT_STREAMS: Final = tuple(
    name.encode("utf-16-le") for name in ("WordDocument", "PowerPoint Document")
)
# Files of this form that are no documents, by the name of a stream.
_OTHERS: Final = {
    name.encode("utf-16-le"): content_type
    for name, content_type in (
        ("EncryptedPackage", "an Office file with a password"),
        ("__properties_version1.0", "application/vnd.ms-outlook"),
        ("VisioDocument", "application/vnd.visio"),
        ("Workbook", "application/vnd.ms-excel"),
    )
}


def old_office_content_type(head: bytes, name: str) -> str | None:
    """The content type of a file that begins with `head`; None for files of another form. Its
    `name` tells texts and slides apart, whose streams may be named far behind the beginning."""
    if not head.startswith(_BEGINNING):
        return None
    if not any(stream in head for stream in _DOCUMENT_STREAMS):
        for stream, content_type in _OTHERS.items():
            if stream in head:
                return content_type
    return PPT if name.lower().endswith(SLIDES_EXTENSIONS) else DOC
