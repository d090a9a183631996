"""The labels of a request: cleaned, and each once."""

import re
import unicodedata
from typing import Annotated, Final

from pydantic import AfterValidator

from models.text_folding import fold
from services.inputs.field_types import Text

MAX_LABELS: Final = 20
MAX_LENGTH: Final = 50
# What separates labels where several are in one text, as in a cell of a calendar.
_BETWEEN: Final = re.compile("[,;|\uff0c\u3001\uff1b\n]+")


def split_labels(text: str) -> list[str]:
    """The labels in a text, separated by commas, semicolons, bars or lines."""
    return [each.strip() for each in _BETWEEN.split(text) if each.strip()]


def clean_label(text: str) -> str:
    """The label without spaces at its ends, in one Unicode form; ValueError says what is wrong."""
    label = " ".join(unicodedata.normalize("NFC", text).split())
    if not label:
        raise ValueError("must not be empty")
    if len(label) > MAX_LENGTH:
        raise ValueError(f"must have at most {MAX_LENGTH} characters, not {len(label)}")
    if _BETWEEN.search(text.strip()):
        raise ValueError('must have no comma, semicolon, bar or line break, such as "Autumn 2026"')
    return label


def clean_labels(labels: list[str]) -> list[str]:
    """The labels, each once whatever its case: the first spelling stays. ValueError where there are
    too many."""
    found: dict[str, str] = {}
    for each in labels:
        found.setdefault(fold(each), each)
    if len(found) > MAX_LABELS:
        raise ValueError(f"must be at most {MAX_LABELS}, not {len(found)}")
    return [*found.values()]


Label = Annotated[Text, AfterValidator(clean_label)]
Labels = Annotated[list[Label], AfterValidator(clean_labels)]
