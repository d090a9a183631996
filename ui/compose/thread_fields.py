"""The form fields of a thread: `threadText1`, `threadLinks1` and so on. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from ui.compose.compose_form import MAX_TEXTS, SubmittedForm
from ui.compose.file_fields import FileNames, FormFiles, thread_file_names

# As many texts are shown without another click, and one more than are filled in.
SHOWN_TEXTS: Final = 2
# As many can be written without a script.
PLAIN_TEXTS: Final = 9
_API_FIELD: Final = re.compile(r"thread\[(\d+)\](?:\.(\w+))?")


@dataclass(frozen=True, slots=True)
class ThreadText:
    """What the form shows of one text. `names`: the fields of its files."""

    number: int
    text: str
    files: FormFiles
    names: FileNames
    is_folded: bool


def collect_thread(form: SubmittedForm) -> list[dict[str, Any]]:
    """The items of `thread`, without the empty ones after the last. One between others stays, so
    that its error is shown where it is."""
    values = form.values
    found = [
        _item(values[f"threadText{number}"], form.files(thread_file_names(number)))
        for number in range(1, MAX_TEXTS + 1)
    ]
    while found and found[-1] == {"text": ""}:
        found.pop()
    return found


def thread_form(form: SubmittedForm, problems: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """The template's variables: the texts, and whether the section is open. `problems`: by the
    form's fields."""
    filled = len(collect_thread(form))
    shown = max(filled + 1, SHOWN_TEXTS)
    return {
        "thread": [
            ThreadText(
                number,
                form.values[f"threadText{number}"],
                form.files(thread_file_names(number)),
                thread_file_names(number),
                number > shown,
            )
            for number in range(1, min(MAX_TEXTS, max(PLAIN_TEXTS, filled + 2)) + 1)
        ],
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


def _item(text: str, files: FormFiles) -> dict[str, Any]:
    item: dict[str, Any] = {"text": text if text.strip() else ""}
    if not files.links:
        return item
    if len(files.links) == 1 and files.all[0].kind == "video":
        return {**item, "videoUrl": files.links[0]}
    item["photoUrls"] = files.links
    return {**item, "altTexts": files.alt_texts} if files.alt_texts else item
