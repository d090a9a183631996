"""The names that a caller gives a field and its file, in a Content-Disposition header."""

from email.message import Message


def parse_file_name(disposition: str) -> str | None:
    """The header's filename, in any of the ways that it may be written; None without one, or
    where it cannot be read."""
    try:
        return _parse_header(disposition).get_filename()
    except (ValueError, LookupError, TypeError):
        return None


def parse_field_name(disposition: str) -> str:
    """The field's name; empty without one, or where it cannot be read."""
    try:
        found = _parse_header(disposition).get_param("name", "", "Content-Disposition")
    except (ValueError, LookupError, TypeError):
        return ""
    return found if isinstance(found, str) else ""


def _parse_header(disposition: str) -> Message:
    header = Message()
    header["Content-Disposition"] = disposition
    return header
