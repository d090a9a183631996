"""What a caller says of a file: our names of its titles, and a label for its posts. Pure."""

from collections.abc import Mapping
from typing import Final

from media.graphemes import cut
from services import strict_json
from services.calendar_import.csv_header import INPUT_COLUMNS
from services.calendar_import.rows import BadFile
from services.errors import ValidationFailed
from services.inputs.labels import clean_label

EXAMPLE: Final = '{"Post text": "caption", "Notes": ""}'
WANTED: Final = (
    f"must be a JSON object of the file's titles and our columns, such as {EXAMPLE}; "
    "with no name a column is not read"
)


def parse_column_map(text: str) -> dict[str, str]:
    """Our names by the file's titles, as a JSON object. BadFile says what would be right."""
    try:
        found = strict_json.parse_object(text.encode("utf-8", "surrogatepass"))
    except ValidationFailed:
        found = None
    if found is None or not all(isinstance(each, str) for each in found.values()):
        raise BadFile(WANTED)
    return check_column_map(found)


def parse_label(text: str) -> str:
    """The label of all posts of an import. BadFile says what would be right."""
    try:
        return clean_label(text)
    except ValueError as error:
        raise BadFile(str(error)) from None


def check_column_map(names: Mapping[str, str]) -> dict[str, str]:
    """The map, without blanks around; BadFile where a name is none of ours."""
    own = {title.strip(): name.strip() for title, name in names.items()}
    wrong = next((name for name in own.values() if name and name not in INPUT_COLUMNS), None)
    if wrong is not None:
        columns = ", ".join(INPUT_COLUMNS)
        raise BadFile(f"{cut(wrong, 100)!r} is no column of ours; the columns are: {columns}")
    return own
