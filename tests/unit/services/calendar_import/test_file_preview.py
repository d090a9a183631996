"""What a person sees of a file before it is imported: columns, guesses, examples."""

import io
import json

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.calendar_import.calendar_reader import CalendarFile
from services.calendar_import.column_map import parse_column_map
from services.calendar_import.csv_header import INPUT_COLUMNS, map_columns
from services.calendar_import.file_preview import FilePreview, guess_columns, preview_file
from services.calendar_import.rows import DEFAULT_OPTIONS, BadFile, ReadOptions

SHEET = (
    "Date;Time;Text;Message;Owner;;line\n"
    "03/04/2026;9:00;Fresh at eight;Other;Ann;;2\n"
    "05/04/2026;9:00;Fresh at eight;Other;Bob;;3\n"
    "06/04/2026;10:00;Late;Other;;;4\n"
)
TITLES = st.sampled_from(
    ["Text", "Message", "Date", "Time", "Image URL", "X text", "Owner", "", "line"]
)


def guesses(preview: FilePreview) -> dict[str, str]:
    """Our names by the titles of the file."""
    return {each.title: each.name for each in preview.columns}


def test_columns_are_guessed_with_examples_and_the_others_are_named() -> None:
    """Each with its first three values, once each. The second column for the same is not read, as
    one that means nothing, and as the columns of a report; one without a title is none."""
    preview = preview_file(SHEET.encode(), DEFAULT_OPTIONS)
    assert guesses(preview) == {
        "Date": "scheduledAt", "Time": "scheduledTime", "Text": "caption", "Message": "",
        "Owner": "", "line": "",
    }  # fmt: skip
    samples = {each.title: each.samples for each in preview.columns}
    assert (samples["Text"], samples["Owner"]) == (["Fresh at eight", "Late"], ["Ann", "Bob"])
    assert preview.dates is not None
    assert [each.text for each in preview.dates.examples] == ["03/04/2026", "05/04/2026"]


def test_what_a_person_chooses_goes_before_what_we_know() -> None:
    """And frees the name that it takes: the file is then read as chosen."""
    preview = preview_file(SHEET.encode(), DEFAULT_OPTIONS, {3: "caption", 0: "", 1: ""})
    assert guesses(preview)["Message"] == "caption"
    assert not guesses(preview)["Text"]
    assert preview.dates is None
    rows = list(CalendarFile(io.BytesIO(SHEET.encode()), preview.options).rows())
    assert [(row.body.caption, row.body.scheduledAt) for row in rows if row.body] == [
        ("Other", None)
    ] * 3


def test_a_workbook_shows_its_sheets_and_the_first_calendar() -> None:
    """Where several sheets are calendars, one is shown, and the others can be chosen."""
    book = openpyxl.Workbook()
    book.worksheets[0].append(["Notes for us"])
    for name in ("May", "June"):
        sheet = book.create_sheet(name)
        sheet.append(["Text"])
        sheet.append([f"In {name}"])
    content = io.BytesIO()
    book.save(content)
    preview = preview_file(content.getvalue(), DEFAULT_OPTIONS)
    assert (preview.format, preview.sheets) == ("xlsx", ["Sheet", "May", "June"])
    assert preview.options.sheet == "May"
    june = preview_file(content.getvalue(), ReadOptions(sheet="June"))
    assert june.columns[0].samples == ["In June"]


def test_fields_of_json_lines_are_columns_too() -> None:
    """Those of all objects; a line that is none is left to the reading of rows."""
    text = '{"caption": "Hi", "platforms": ["x"]}\n{oops\n{"caption": "Ho", "when": "2027-01-01"}\n'
    preview = preview_file(text.encode(), DEFAULT_OPTIONS)
    assert guesses(preview) == {"caption": "caption", "platforms": "platforms", "when": ""}
    assert [each.samples for each in preview.columns] == [["Hi", "Ho"], ['["x"]'], ["2027-01-01"]]


@pytest.mark.parametrize("raw", [b"", b"\n\n", b'[{"a": 1}]', b"a\xff\n", b"PK\x03\x04 no archive"])
def test_what_is_no_calendar_says_so(raw: bytes) -> None:
    """One sentence, as when the rows are read."""
    with pytest.raises(BadFile):
        preview_file(raw, DEFAULT_OPTIONS)


@given(
    st.lists(TITLES, max_size=8, unique=True),
    st.dictionaries(st.integers(0, 7), st.sampled_from(["", "caption", "scheduledAt", "key"])),
)
def test_a_guess_never_maps_two_columns_to_one_name(
    titles: list[str], chosen: dict[int, str]
) -> None:
    """Only a person can; and with a caption the header can be read as it is mapped."""
    found = guess_columns(titles, chosen)
    guessed = [name for number, (_, name) in enumerate(found) if name and number not in chosen]
    assert len(set(guessed)) == len(guessed)
    assert not set(guessed) & set(chosen.values())
    assert all(found[number][1] == name for number, name in chosen.items() if number < len(found))
    names = {title: name for title, name in found if title}
    taken = [name for name in names.values() if name]
    if "caption" in taken and len(set(taken)) == len(taken):
        mapped = map_columns(titles, names)
        pairs = zip(titles, mapped, strict=True)
        assert {title: name or "" for title, name in pairs if title} == names


@given(st.dictionaries(st.text(max_size=20), st.sampled_from(["", *INPUT_COLUMNS]), max_size=5))
def test_a_column_map_is_a_json_object_of_our_names(names: dict[str, str]) -> None:
    """Any title can be mapped, except those that no file can have."""
    try:
        found = parse_column_map(json.dumps(names))
    except BadFile:
        assert any("\0" in title for title in names)
    else:
        assert found == {title.strip(): name for title, name in names.items()}


@pytest.mark.parametrize("text", ["caption", "[]", '{"Text": 1}', '{"Text": "words"}', "{", '"a"'])
def test_any_other_column_map_is_refused_with_an_example(text: str) -> None:
    """The sentence shows what would be right."""
    with pytest.raises(BadFile, match="column"):
        parse_column_map(text)
