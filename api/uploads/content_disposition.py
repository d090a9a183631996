"""Parses Content-Disposition headers: the names of a form field and of a file."""

from email.message import Message


def parse_file_name(disposition: str) -> str | None:
    """The file name, in any of the header's encodings; None without one, or where it cannot be
    parsed."""
    try:
        return _parse_header(disposition).get_filename()
    except (ValueError, LookupError, TypeError):
        return None


def parse_field_name(disposition: str) -> str:
    """The field's name; empty without one, or where it cannot be parsed."""
    try:
        found = _parse_header(disposition).get_param("name", "", "Content-Disposition")
    except (ValueError, LookupError, TypeError):
        return ""
    return found if isinstance(found, str) else ""


def _parse_header(disposition: str) -> Message:
    header = Message()
    header["Content-Disposition"] = disposition
    return header
