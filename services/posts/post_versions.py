"""The versions of a post, as they are stored and as they are checked."""

from collections.abc import Mapping
from typing import Any

from services.inputs.post_bodies import VersionBody
from services.post_validation.alt_texts import clean


def given_versions(versions: Mapping[str, VersionBody] | None) -> dict[str, dict[str, Any]]:
    """The versions of a request, each with what it gives; without those that give nothing."""
    found = {name: _given(version) for name, version in (versions or {}).items()}
    return {name: version for name, version in found.items() if version}


def _given(version: VersionBody) -> dict[str, Any]:
    given = version.model_dump(exclude_none=True)
    if version.altTexts is not None:
        given["altTexts"] = clean(version.altTexts)
    return {name: value for name, value in given.items() if value or name != "platformFields"}
