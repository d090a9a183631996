"""The table of platform fields in docs/limits.md, against the data."""

import re

from provider.carried_fields import CarriedField
from provider.field_tables import FIELD_TABLES
from services.post_validation.limiting_fields import LIMITING_FIELDS
from services.post_validation.network_limits import ALL_POST_TYPES
from services.post_validation.platform_field_table import PLATFORM_FIELDS
from tests.paths import ROOT


def expected_row(name: str) -> str:
    """A field's row: the posts in which Swonkie carries it, and what happens where it does not."""
    carried = _posts(FIELD_TABLES["swonkie"].get(name))
    lost = "warning"
    if name in LIMITING_FIELDS:
        harmless = "".join(f", except `{value}`" for value in sorted(LIMITING_FIELDS[name]))
        lost = f"refused{harmless}"
    return f"| `{name}` | {carried} | {lost} |"


def _posts(field: CarriedField | None) -> str:
    if field is None:
        return "no"
    kinds = [each for each in ALL_POST_TYPES if each in field.post_types]
    return "yes" if len(kinds) == len(ALL_POST_TYPES) else ", ".join(kinds)


def test_the_documented_table_is_the_data() -> None:
    """The page has one row for each field, in the networks' order, with what the code does."""
    text = (ROOT / "docs" / "limits.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `[a-z]+[A-Z]\w*` \|.*$", text, flags=re.MULTILINE)
    assert rows == [expected_row(name) for name in PLATFORM_FIELDS]


def test_the_other_providers_stand_on_the_page() -> None:
    """The table's column is that of Swonkie and the simulator; what the others carry is said above
    it."""
    assert FIELD_TABLES["simulator"] == FIELD_TABLES["swonkie"]
    text = (ROOT / "docs" / "limits.md").read_text(encoding="utf-8")
    for provider in FIELD_TABLES.keys() - {"swonkie", "simulator"}:
        *others, last = (f"`{name}`" for name in FIELD_TABLES[provider])
        assert f"{', '.join(others)} and {last}.\n" in text.replace("and, in photo posts, ", "and ")
