"""X's weights and links, by the conformance data of twitter-text (twitter_text/README.md)."""

from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from services.post_validation.x_links import find_links
from services.post_validation.x_weight import count_for_x

DATA = Path(__file__).with_name("twitter_text")
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@cache
def load(file: str) -> dict[str, list[dict[str, Any]]]:
    """The cases of a file, by section."""
    sections: dict[str, list[dict[str, Any]]] = yaml.load(
        (DATA / file).read_text("utf-8"),
        Loader=LOADER,  # noqa: S506  (a safe loader)
    )["tests"]
    return sections


def cases(file: str, *sections: str) -> list[Any]:
    """The cases of these sections, as parameters with the description as id."""
    return [
        pytest.param(case["text"], case["expected"], id=case["description"])
        for section in sections
        for case in load(file)[section]
    ]


def links(text: str) -> list[str]:
    """The links that are found in a text."""
    return [text[start:end] for start, end in find_links(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    cases(
        "validate.yml",
        "WeightedTweetsWithDiscountedEmojiCounterTest",
        "UnicodeDirectionalMarkerCounterTest",
    ),
)
def test_texts_weigh_what_they_weigh_for_x(text: str, expected: dict[str, Any]) -> None:
    """A text's weight is the published one, with links, emoji and every script."""
    assert count_for_x(text) == expected["weightedLength"]


@pytest.mark.parametrize(
    ("text", "expected"),
    cases("extract.yml", "urls", "tco_urls_with_params"),
)
def test_links_are_those_that_x_finds(text: str, expected: list[str]) -> None:
    """The links of a text are the published ones, with and without a scheme."""
    assert links(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    cases("extract.yml", "urls_with_indices", "urls_with_directional_markers"),
)
def test_links_stand_where_x_finds_them(text: str, expected: list[dict[str, Any]]) -> None:
    """A link begins and ends at the published positions."""
    assert find_links(text) == [tuple(each["indices"]) for each in expected]


@pytest.mark.parametrize("section", ["country", "generic"])
def test_every_top_level_domain_of_x_makes_a_link(section: str) -> None:
    """Each of the published top-level domains makes a link, in every script."""
    wrong = {
        case["text"]: found
        for case in load("tlds.yml")[section]
        if (found := links(case["text"])) != case["expected"]
    }
    assert wrong == {}
