"""What an export writes by default, and its formats."""

from enum import StrEnum
from pathlib import Path

from models.statuses import UNAPPROVED, PostStatus

# Posts that are still to come. Others are exported only with --status.
UPCOMING_STATUSES = (
    PostStatus.DRAFT,
    *UNAPPROVED,
    PostStatus.BACKLOG,
    PostStatus.SCHEDULED,
)


class CalendarFormat(StrEnum):
    """How a calendar is written."""

    CSV = "csv"
    JSONL = "jsonl"


def format_of(out: Path | None) -> CalendarFormat:
    """The format that the name of the file asks for; CSV by default."""
    is_json = out is not None and out.suffix.lower() in (".jsonl", ".ndjson")
    return CalendarFormat.JSONL if is_json else CalendarFormat.CSV
