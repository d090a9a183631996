"""What is right of a publish request, so that one answer can name all of its problems. Pure."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from services.errors import FieldError, field_errors
from services.inputs.field_types import PLATFORMS
from services.inputs.post_bodies import PublishBody

# Every network takes videos, with or without a caption.
REQUIRED = {"postType": "video", "caption": ""}
# What is right in these depends on the type of post.
OF_POST_TYPE = (
    "videoUrl", "photoUrls", "altTexts", "documentUrl", "platformFields", "versions",
    "sourcePlaylistId",
)  # fmt: skip


def validate_body(
    values: Mapping[str, Any], unread: Collection[str] = ()
) -> tuple[PublishBody | None, list[FieldError]]:
    """The request, or what is right of it, and its problems. `unread`: fields whose cells could
    not be read, and whose absence is no problem of its own."""
    try:
        return PublishBody.model_validate(values), []
    except ValidationError as error:
        found = field_errors(error.errors())
    problems = [each for each in found if root_of(each) not in unread]
    return _without(values, {root_of(each) for each in found}), problems


def _without(values: Mapping[str, Any], wrong: set[str]) -> PublishBody | None:
    rest = {name: each for name, each in values.items() if name not in wrong}
    if "platforms" in wrong:
        rest["platforms"] = _known_platforms(values.get("platforms"))
    try:
        return PublishBody.model_validate({**REQUIRED, **rest})
    except ValidationError:
        return None


def _known_platforms(written: object) -> list[str]:
    """The right ones of a list; else none, so that the default ones are not checked instead."""
    return [each for each in written if each in PLATFORMS] if isinstance(written, list) else []


def further_problems(known: Sequence[FieldError], found: Sequence[FieldError]) -> list[FieldError]:
    """Those of the found problems that do not come from what is known to be wrong."""
    wrong = {root_of(each) for each in known}
    if "postType" in wrong:
        wrong.update(OF_POST_TYPE)
    if "versions" in wrong:  # a network without its version gets what may not fit it
        wrong.update(("caption", "photoUrls", "platforms"))
    return [each for each in found if root_of(each) not in wrong]


def root_of(problem: FieldError) -> str:
    """The field of the request: `a[3].b` is in `a`."""
    return problem["field"].partition("[")[0].partition(".")[0]
