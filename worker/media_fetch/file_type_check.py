"""Whether a file is what its post needs."""

from media.file_types import FILE_TYPES, POST_TYPE_LABELS, FileType, sniff_content_type
from provider.errors import GiveUp


def check_file_type(head: bytes, name: str, post_type: str) -> FileType:
    """The kind of a file that begins with `head`; GiveUp where no post of this type takes it."""
    found = sniff_content_type(head, name)
    kind = FILE_TYPES.get(found)
    if kind is None or kind.post_type != post_type:
        raise GiveUp(
            f"the file is {found}, not {POST_TYPE_LABELS[post_type]}: "
            "the link must lead to the file itself"
        )
    return kind
