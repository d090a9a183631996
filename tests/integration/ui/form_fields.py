"""Reads the fields of a form as a browser without scripts would send them."""

from html.parser import HTMLParser
from typing import Any

# Fields that may be there several times.
MANY = ("platforms", "accountIds", "kept")


class _FormReader(HTMLParser):
    """Collects names and values of the form `data-compose`."""

    def __init__(self) -> None:
        super().__init__()
        self.pairs: list[tuple[str, str]] = []
        self._inside, self._area, self._select = False, "", ""
        self._text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A field, or the start of one."""
        found = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._inside = "data-compose" in found
        if not self._inside:
            return
        if tag == "input" and found.get("type") not in ("file", "submit"):
            is_choice = found.get("type") in ("checkbox", "radio")
            if "name" in found and (not is_choice or "checked" in found):
                self.pairs.append((found["name"], found.get("value", "")))
        elif tag == "textarea":
            self._area, self._text = found["name"], []
        elif tag == "select":
            self._select = found["name"]
            self.pairs.append((self._select, ""))
        elif tag == "option" and self._select and "selected" in found:
            self.pairs[-1] = (self._select, found.get("value", ""))

    def handle_data(self, data: str) -> None:
        """The text of a field of several lines."""
        if self._area:
            self._text.append(data)

    def handle_endtag(self, tag: str) -> None:
        """The end of a field, or of the form."""
        if tag == "form":
            self._inside = False
        elif tag == "select":
            self._select = ""
        elif tag == "textarea" and self._area:
            text = "".join(self._text)
            self.pairs.append((self._area, text.removeprefix("\n")))
            self._area = ""


def fields_of(page: str) -> dict[str, Any]:
    """The composer's fields by name; lists for those that may be there several times."""
    reader = _FormReader()
    reader.feed(page)
    found: dict[str, Any] = {}
    for name, value in reader.pairs:
        if name in MANY or name.startswith("threadKept"):
            found.setdefault(name, []).append(value)
        else:
            found[name] = value
    return found
