"""The form fields of a thread: `threadText1` and `threadLinks1`, and so on. Pure."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

# The API takes more: the page is for a few.
MAX_TEXTS: Final = 9
# As many are shown without another click, and one more than are filled in.
SHOWN_TEXTS: Final = 2
_API_FIELD: Final = re.compile(r"thread\[(\d+)\](?:\.(\w+))?")


def collect_thread(values: Mapping[str, str]) -> list[dict[str, Any]]:
    """The items of `thread`, without the empty ones after the last. One between others stays, so
    that its error is shown where it is."""
    found = [_item(values, number) for number in range(1, MAX_TEXTS + 1)]
    while found and found[-1] == {"text": ""}:
        found.pop()
    return found


def thread_form(values: Mapping[str, str], problems: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """The template's variables: how many texts there are, from which number on they are folded,
    and whether the section is open. `problems`: by the form's fields."""
    filled = len(collect_thread(values))
    return {
        "thread_count": MAX_TEXTS,
        "thread_fold_from": max(filled + 1, SHOWN_TEXTS) + 1,
        "thread_open": bool(filled) or any(name.startswith("thread") for name in problems),
    }


def form_field(api_field: str) -> str | None:
    """The form field that shows the errors of a field in `thread`; None for other fields."""
    if api_field == "thread":
        return "threadText1"
    found = _API_FIELD.match(api_field)
    if found is None:
        return None
    kind = "Links" if found[2] in ("photoUrls", "videoUrl") else "Text"
    return f"thread{kind}{min(int(found[1]) + 1, MAX_TEXTS)}"


def _item(values: Mapping[str, str], number: int) -> dict[str, Any]:
    text = values.get(f"threadText{number}", "")
    item: dict[str, Any] = {"text": text if text.strip() else ""}
    lines = values.get(f"threadLinks{number}", "").splitlines()
    if links := [line.strip() for line in lines if line.strip()]:
        item["photoUrls"] = links
    return item
