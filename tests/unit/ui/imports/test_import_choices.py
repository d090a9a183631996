"""What a person has chosen for an import, as the fields of an address; and the rows as lines."""

from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.calendar_import.csv_header import INPUT_COLUMNS
from services.calendar_import.importer import RowResult, RowStatus
from services.calendar_import.rows import Row
from services.errors import FieldError, ValidationFailed
from ui.imports.column_labels import column_choices, column_label
from ui.imports.import_choices import ImportChoices, read_choices
from ui.imports.row_lines import PAGE_SIZE, build_table

NAMES = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20)
CHOICES = st.builds(
    ImportChoices,
    NAMES,
    st.dictionaries(st.integers(0, 999), st.sampled_from(["", *INPUT_COLUMNS]), max_size=6),
    st.sampled_from([None, "dmy", "mdy"]),
    NAMES.map(lambda text: text or None),
    st.sampled_from([None, "cp1252"]),
    st.sampled_from([None, "Import 30 Nov"]),
)


@given(CHOICES)
def test_choices_survive_the_way_through_an_address(choices: ImportChoices) -> None:
    """Whatever the sheet and the columns are called; other fields are not mistaken for columns."""
    query = choices.query(show="problems", page=2, cx="caption")
    assert read_choices(dict(parse_qsl(query, keep_blank_values=True))) == choices


@pytest.mark.parametrize("wrong", [{"c0": "when"}, {"order": "ymd"}, {"label": "a,b"}])
def test_what_nobody_can_choose_is_refused_by_its_name(wrong: dict[str, str]) -> None:
    """The address may be written by hand."""
    with pytest.raises(ValidationFailed) as refused:
        read_choices(wrong)
    assert [each["field"] for each in refused.value.details] == [*wrong]


def test_each_column_of_ours_can_be_chosen_in_words() -> None:
    """Once each; and future ones have a name at least."""
    offered = [name for name, _ in column_choices()]
    assert sorted(offered) == sorted(["", *INPUT_COLUMNS])
    assert column_label("caption:x") == "Text for X"


def result(line: int, status: RowStatus, post_status: str = "scheduled") -> RowResult:
    """The result of a row."""
    errors = [FieldError(field="photoUrls[1].x", message="is no link")]
    post = {"status": post_status, "scheduledFor": None}
    refused = status == "refused"
    return RowResult(
        Row(line, ""), status, None if refused else post, errors=errors if refused else []
    )


def test_rows_are_counted_by_what_becomes_of_them_and_shown_in_pages() -> None:
    """A problem stands at the column of the file; a page beyond the last one is the last one."""
    results = [
        result(2, "refused"), result(3, "known", "pending_approval"),
        result(4, "accepted", "pending_approval"),
        *(result(line, "accepted") for line in range(5, 5 + PAGE_SIZE)),
    ]  # fmt: skip
    table = build_table(results, {"Pictures": "photoUrls", "Notes": ""}, "all", 1)
    assert table.counts == {"all": PAGE_SIZE + 3, "problems": 1, "approval": 1, "known": 1}
    assert (table.new, table.pages) == (PAGE_SIZE + 1, 2)
    assert table.lines[0].problems == [("Pictures", "is no link")]
    assert [each.number for each in table.lines] == [*range(2, PAGE_SIZE + 2)]
    last = build_table(results, {}, "nonsense", 9)
    assert (last.shown, last.page, len(last.lines)) == ("all", 2, 3)
    waiting = build_table(results, {}, "approval", 0)
    assert [each.number for each in waiting.lines] == [4]
