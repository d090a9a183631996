"""The name that a caller gives a file, in a Content-Disposition header."""

from email.message import Message


def name_in(disposition: str) -> str | None:
    """The header's filename, in any of the ways that it may be written; None without one, or
    where it cannot be read."""
    header = Message()
    header["Content-Disposition"] = disposition
    try:
        return header.get_filename()
    except (ValueError, LookupError, TypeError):
        return None
