"""The labels of a request, and those in a cell."""

import pytest
from pydantic import TypeAdapter, ValidationError

from services.inputs.labels import MAX_LABELS, MAX_LENGTH, Labels, split_labels

LABELS = TypeAdapter(Labels)


def test_a_cell_has_several_labels() -> None:
    """Separated by commas, semicolons, bars or lines, with blanks around them."""
    assert split_labels(" Autumn 2026, Sale;Rye |\nBread ,") == [
        "Autumn 2026",
        "Sale",
        "Rye",
        "Bread",
    ]


def test_labels_are_cleaned_and_each_is_there_once() -> None:
    """Spaces go, letters get one form, and the first spelling of a label stays."""
    found = LABELS.validate_python(["  Autumn   2026 ", "SALE", "sale", "e\u0301te\u0301", "Sale"])
    assert found == ["Autumn 2026", "SALE", "\u00e9t\u00e9"]


@pytest.mark.parametrize(
    ("label", "message"),
    [
        ("a, b", "must have no comma"),
        ("a; b", "must have no comma"),
        ("a\nb", "must have no comma"),
        ("a" * (MAX_LENGTH + 1), f"at most {MAX_LENGTH} characters"),
        (" \t", "must not be empty"),
    ],
)
def test_a_wrong_label_is_named(label: str, message: str) -> None:
    """The error says what would be right."""
    with pytest.raises(ValidationError, match=message):
        LABELS.validate_python([label])


def test_a_post_has_only_so_many_labels() -> None:
    """One more than the limit is refused; the same one twice counts once."""
    most = [f"label {number}" for number in range(MAX_LABELS)]
    assert LABELS.validate_python([*most, "LABEL 1"]) == most
    with pytest.raises(ValidationError, match=f"at most {MAX_LABELS}"):
        LABELS.validate_python([*most, "one more"])
