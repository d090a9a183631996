"""The form fields of a version, of a network or of an account: `version:x:caption`,
`version:x:altTexts` and `version:x:media`. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from services.errors import FieldError
from services.inputs.field_types import PLATFORMS
from ui.calendar.post_card import platform_name

PREFIX: Final = "version:"
PARTS: Final = ("caption", "altTexts", "media")
_LABELS: Final = {"caption": "Text", "altTexts": "Alt texts", "media": "Files"}
# In the field of the files: the version has none.
NO_FILES: Final = "0"


def collect_versions(values: Mapping[str, str], files: int) -> dict[str, dict[str, Any]]:
    """The versions in a form, by their names; without the files where `file_problems` names them.
    `files`: how many the post has."""
    found = {name: dict(_version(values, name, files)) for name in _names(values)}
    return {name: version for name, version in found.items() if version}


def _names(values: Mapping[str, str]) -> list[str]:
    """The networks and accounts that the form has fields for."""
    given = [name.split(":") for name in values if name.startswith(PREFIX)]
    names = {parts[1]: None for parts in given if len(parts) == len(PARTS) and parts[2] in PARTS}
    return sorted(names, key=lambda name: (name not in PLATFORMS, name))


def _version(values: Mapping[str, str], name: str, files: int) -> Iterator[tuple[str, Any]]:
    typed = {part: values.get(field_name(name, part), "") for part in PARTS}
    if typed["caption"].strip():
        yield "caption", typed["caption"]
    if typed["altTexts"].strip():
        yield "altTexts", [each.strip() for each in typed["altTexts"].split("\n")]
    places = _places(typed["media"], files) if typed["media"].strip() else None
    if places is not None:
        yield "media", places


def version_values(name: str, version: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """A stored version as the values of its form fields."""
    if "caption" in version:
        yield field_name(name, "caption"), version["caption"]
    if "altTexts" in version:
        yield field_name(name, "altTexts"), "\n".join(version["altTexts"])
    if "media" in version:
        numbers = " ".join(str(place + 1) for place in version["media"])
        yield field_name(name, "media"), numbers or NO_FILES


def file_problems(values: Mapping[str, str], files: int) -> list[FieldError]:
    """What is wrong with the numbers of files that people count from 1."""
    have = f"the post has {files} files" if files > 1 else "the post has one file" if files else ""
    message = f"must be numbers such as 1 3, each once, or 0 for none; {have or 'it has no files'}"
    return [
        FieldError(field=f"versions.{name}.media", message=message)
        for name in _names(values)
        if (text := values.get(field_name(name, "media"), "").strip())
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


def version_labels(accounts: Mapping[str, str]) -> dict[str, str]:
    """What the fields are called, by their names. `accounts`: names of accounts by id."""
    names = {**{each: platform_name(each) for each in PLATFORMS}, **accounts}
    return {
        field_name(name, part): f"{label} for {shown}"
        for name, shown in names.items()
        for part, label in _LABELS.items()
    }


def form_field(api_field: str) -> str | None:
    """The form field that shows the errors of `versions.x.caption` and the like; None for other
    fields of the API."""
    root, _, rest = api_field.partition(".")
    name, _, part = rest.partition(".")
    if root != "versions" or not name:
        return None
    part = part.partition("[")[0]
    return field_name(name, part if part in PARTS else "caption")


def field_name(name: str, part: str) -> str:
    """The form field of a part of a version."""
    return f"{PREFIX}{name}:{part}"
