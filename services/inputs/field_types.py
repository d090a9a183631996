"""Types that request bodies share: checked texts, links and platforms, and the base class."""

from typing import Annotated

from pydantic import AfterValidator, Field

from services.inputs.empty_values import POSITIONAL, StrictModel
from services.strict_json import text_problem
from services.text_input import normalize_newlines

PLATFORMS = (
    "bluesky",
    "facebook",
    "gmb",
    "instagram",
    "linkedin",
    "mastodon",
    "threads",
    "tiktok",
    "wordpress",
    "x",
    "youtube",
)


def _check_text(text: str) -> str:
    problem = text_problem(text)
    if problem is not None:
        raise ValueError(problem)
    return text


def _check_platform(name: str) -> str:
    if name not in PLATFORMS:
        raise ValueError(f"{name!r} is not supported; choose from {', '.join(PLATFORMS)}")
    return name


Text = Annotated[str, AfterValidator(_check_text)]
# A text of several lines; a line break is one character, however it was written.
Lines = Annotated[Text, AfterValidator(normalize_newlines)]
Caption = Annotated[Lines, Field(max_length=65_536)]
# One for each photo, in their order; an empty text: none.
AltText = Annotated[Lines, Field(max_length=2_000)]
AltTexts = Annotated[Annotated[list[AltText], Field(max_length=20)] | None, POSITIONAL]
Link = Annotated[Text, Field(max_length=8_192)]
Platform = Annotated[str, AfterValidator(_check_platform)]
Platforms = Annotated[list[Platform], Field(max_length=20)]


class Body(StrictModel):
    """A request's body."""

    organizationId: str | None = None
