"""Our columns in words, for people. Pure."""

from collections.abc import Mapping
from typing import Final

from services.calendar_import.csv_header import INPUT_COLUMNS
from services.calendar_import.version_columns import PREFIX
from ui.calendar.post_card import platform_name

NOT_READ: Final = "Not imported"
_LABELS: Final = {
    "caption": "Text",
    "scheduledAt": "Date, with or without a time",
    "scheduledTime": "Time of day",
    "timezone": "Time zone",
    "platforms": "Networks",
    "accountIds": "Accounts (their ids)",
    "photoUrls": "Photos (links)",
    "altTexts": "Alt texts of the photos",
    "videoUrl": "Video (link)",
    "documentUrl": "Document (link)",
    "title": "Title",
    "labels": "Labels",
    "postType": "Type: text, photo, video, document",
    "publishMode": "When: queue, schedule, draft, now",
    "thread": "Thread or first comment",
    "versions": "Versions for networks (JSON)",
    "platformFields": "Options of networks (JSON)",
    "key": "Key, to know a row again",
    "sourceVideoId": "Id of the video in your system",
    "sourcePlaylistId": "Id of the playlist in your system",
}
_PLACES: Final = {"row": "Row", "organizationId": "Organization"}


def column_label(name: str) -> str:
    """Our column in words."""
    if name.startswith(PREFIX):
        return f"Text for {platform_name(name.removeprefix(PREFIX))}"
    return _LABELS.get(name, name)


def column_choices() -> list[tuple[str, str]]:
    """What a column of a file can mean: our name and its words, the usual ones first."""
    known = [name for name in _LABELS if name in INPUT_COLUMNS]
    others = [name for name in INPUT_COLUMNS if name not in _LABELS]
    return [("", NOT_READ), *((name, column_label(name)) for name in (*known, *others))]


def place_label(field: str, titles: Mapping[str, str]) -> str:
    """Where a problem is: the title of the file's column, else our words for it."""
    root = field.partition("[")[0].partition(".")[0]
    return titles.get(root) or _PLACES.get(root) or column_label(root)
