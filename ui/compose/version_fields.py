"""The form fields of a network's version: `version:x:caption`, `version:x:altTexts` and
`version:x:media`. Pure."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from services.errors import FieldError
from services.inputs.field_types import PLATFORMS
from ui.calendar.post_card import platform_name

OPTION_PREFIX: Final = "option:"
_PREFIX: Final = "version:"
_PARTS: Final = ("caption", "altTexts", "media")
_LABELS: Final = {"caption": "Text", "altTexts": "Alt texts", "media": "Files"}
# In the field of the files: the version has none.
NO_FILES: Final = "0"


@dataclass(frozen=True, slots=True)
class VersionPanel:
    """What the form shows for one network: its options by their names in the API, and whether
    something was typed there or is wrong."""

    platform: str
    name: str
    options: list[str]
    is_open: bool


def collect_versions(values: Mapping[str, str], files: int) -> dict[str, dict[str, Any]]:
    """The versions in a form, by network; without the files where `file_problems` names them.
    `files`: how many the post has."""
    found = {platform: dict(_version(values, platform, files)) for platform in PLATFORMS}
    return {platform: version for platform, version in found.items() if version}


def _version(values: Mapping[str, str], platform: str, files: int) -> Iterator[tuple[str, Any]]:
    typed = {part: values.get(_name(platform, part), "") for part in _PARTS}
    if typed["caption"].strip():
        yield "caption", typed["caption"]
    if typed["altTexts"].strip():
        yield "altTexts", [each.strip() for each in typed["altTexts"].split("\n")]
    places = _places(typed["media"], files) if typed["media"].strip() else None
    if places is not None:
        yield "media", places


def file_problems(values: Mapping[str, str], files: int) -> list[FieldError]:
    """What is wrong with the numbers of files that people count from 1."""
    have = f"the post has {files} files" if files > 1 else "the post has one file" if files else ""
    message = f"must be numbers such as 1 3, each once, or 0 for none; {have or 'it has no files'}"
    return [
        FieldError(field=f"versions.{platform}.media", message=message)
        for platform in PLATFORMS
        if (text := values.get(_name(platform, "media"), "").strip())
        and _places(text, files) is None
    ]


def _places(text: str, files: int) -> list[int] | None:
    """The places from 0 of these files; None where they are no files of the post."""
    words = text.replace(",", " ").split()
    if words == [NO_FILES]:
        return []
    numbers = {str(place + 1): place for place in range(files)}
    is_right = len(set(words)) == len(words) and numbers.keys() >= set(words)
    return [numbers[each] for each in words] if is_right else None


def version_panels(options: Mapping[str, list[str]], filled: Collection[str]) -> list[VersionPanel]:
    """A panel for each network. `options`: its platform fields; `filled`: the form fields with a
    value or an error."""
    return [
        VersionPanel(
            platform,
            platform_name(platform),
            options.get(platform, []),
            not _fields_of(platform, options).isdisjoint(filled),
        )
        for platform in PLATFORMS
    ]


def _fields_of(platform: str, options: Mapping[str, list[str]]) -> set[str]:
    own = {_name(platform, part) for part in _PARTS}
    return own | {OPTION_PREFIX + name for name in options.get(platform, ())}


def version_labels() -> dict[str, str]:
    """What the fields are called, by their names."""
    return {
        _name(platform, part): f"{label} for {platform_name(platform)}"
        for platform in PLATFORMS
        for part, label in _LABELS.items()
    }


def form_field(api_field: str) -> str | None:
    """The form field that shows the errors of `versions.x.caption` and the like; None for other
    fields of the API."""
    root, _, rest = api_field.partition(".")
    platform, _, part = rest.partition(".")
    if root != "versions" or platform not in PLATFORMS:
        return None
    part = part.partition("[")[0]
    return _name(platform, part if part in _PARTS else "caption")


def _name(platform: str, part: str) -> str:
    return f"{_PREFIX}{platform}:{part}"
