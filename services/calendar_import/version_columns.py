"""Columns with the caption for one network, such as "caption:mastodon", "Caption (Mastodon)" or
"X text": a version of the post. Pure."""

from collections.abc import Iterator
from typing import Any, Final

from services.calendar_import.aliases import NETWORKS, fold
from services.calendar_import.rows import BadCell
from services.errors import FieldError
from services.inputs.field_types import PLATFORMS

PREFIX: Final = "caption:"
CAPTION_COLUMNS: Final = tuple(PREFIX + name for name in PLATFORMS)
_CAPTIONS: Final = ("caption", "text", "copy", "message", "posttext", "postcaption", "postcopy")


def caption_column(title: str) -> str | None:
    """Our name of the column with this title; None where it is no network's caption."""
    network = next(filter(None, map(NETWORKS.get, _without_caption(fold(title)))), None)
    return None if network is None else PREFIX + network


def _without_caption(folded: str) -> Iterator[str]:
    """What a title says beside "caption", in front of it or behind it."""
    for word in _CAPTIONS:
        if folded.startswith(word):
            yield folded.removeprefix(word)
        if folded.endswith(word):
            yield folded.removesuffix(word)


def is_caption(name: str) -> bool:
    """Whether a column of ours holds a caption, for all networks or for one."""
    return name == "caption" or name.startswith(PREFIX)


def move_captions(values: dict[str, Any]) -> list[FieldError]:
    """Move the captions of networks into `versions`; returns the problems of those that are there
    too."""
    captions = {name: values.pop(name) for name in CAPTION_COLUMNS if name in values}
    versions = values.get("versions", {})
    if not captions or not isinstance(versions, dict):
        return []  # what is no object is named by the validation of the body
    merged = {**versions}
    problems: list[FieldError] = []
    for column, caption in captions.items():
        network = column.removeprefix(PREFIX)
        version = merged.get(network, {})
        if isinstance(version, dict) and "caption" not in version:
            merged[network] = {**version, "caption": caption}
        else:
            problems.append(BadCell(column, f"is in versions too, as {network!r}").problem)
    values["versions"] = merged
    return problems
