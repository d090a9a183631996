"""The table of the fields that Swonkie carries, against the bodies that its client sends."""

import pytest

from provider.swonkie.carried_fields import CARRIED_FIELDS
from provider.swonkie.request_bodies import create_body, unsupported_fields
from services.post_validation.network_limits import ALL_POST_TYPES
from services.post_validation.platform_field_table import PLATFORM_FIELDS
from tests.unit.provider.swonkie.test_request_bodies import draft
from tests.unit.services.post_validation.platform_field_problems import POLL
from tests.unit.services.post_validation.test_platform_fields import VALUES

VALID = {name: right for name, (_, (right, _)) in VALUES.items()} | {
    name: [value] for name, value in POLL.items()
}


@pytest.mark.parametrize("post_type", ALL_POST_TYPES)
@pytest.mark.parametrize("name", PLATFORM_FIELDS)
def test_a_field_is_called_carried_exactly_if_it_changes_the_body(
    name: str, post_type: str
) -> None:
    """A field that the table has for a type of posts changes the create's body with one of its
    values at least; a field that it does not have changes it with none."""
    platform = PLATFORM_FIELDS[name].platform
    plain = create_body(draft(platform, post_type))
    wished = [draft(platform, post_type, fields={name: value}) for value in VALID[name]]
    is_sent = any(create_body(each) != plain for each in wished)
    assert [unsupported_fields(each) for each in wished] == [[] if is_sent else [name]] * len(
        wished
    )


def test_the_table_has_no_field_of_its_own() -> None:
    """Each of its names is a documented platform field."""
    assert CARRIED_FIELDS.keys() <= PLATFORM_FIELDS.keys()
