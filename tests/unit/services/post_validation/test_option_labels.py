"""The names and choices of platform fields that forms show."""

import pytest

from services.post_validation.content import PostContent
from services.post_validation.option_labels import OPTION_LABELS, YES_NO
from services.post_validation.platform_field_table import PLATFORM_FIELDS
from services.post_validation.validators import boolean


def test_every_field_has_a_name_of_its_own_within_its_network() -> None:
    """In the order of the table, and none beside it; no two fields of a network share a name."""
    assert list(OPTION_LABELS) == list(PLATFORM_FIELDS)
    named = [(PLATFORM_FIELDS[name].platform, each.label) for name, each in OPTION_LABELS.items()]
    assert len(set(named)) == len(named)


@pytest.mark.parametrize("name", OPTION_LABELS)
def test_each_choice_is_a_right_value(name: str) -> None:
    """What the form offers is never refused; a yes-or-no field offers both, and only such a field
    does."""
    field, shown = PLATFORM_FIELDS[name], OPTION_LABELS[name]
    content = PostContent(field.post_types[0], "", [field.platform], photos=1)
    for value, _ in shown.choices:
        assert field.validator(value, content) is None
    assert (shown.choices == YES_NO) == (field.validator is boolean)
