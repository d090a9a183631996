"""A server of posts as a function. Its filters and its order are among those that Swonkie's may be,
and its posts change between the calls."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any, Final

import httpx

START: Final = datetime(2026, 3, 1, tzinfo=UTC)
PROFILES: Final = ("S+/w==", "T+/w==")
Row = dict[str, Any]


def instant(minutes: float) -> str:
    """A time so many minutes after the start, as Swonkie writes it."""
    moment = START + timedelta(minutes=minutes)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def post(
    name: str, created: float, timer: float | None, profile: str = PROFILES[0], marker: str = ""
) -> Row:
    """A post."""
    return {
        "id": name,
        "stage": "IDEA" if timer is None else "DRAFT",
        "createdAt": instant(created),
        "publishAt": None if timer is None else instant(timer),
        "updatedAt": instant(created),
        "profiles": [{"id": profile}],
        "briefing": {"markdown": marker or f"slotbeat:here:{name}"},
    }


ORDERS: Final[dict[str, Callable[[Row], Any]]] = {
    "newest": lambda row: row["createdAt"],
    "oldest": lambda row: tuple(-ord(each) for each in row["createdAt"]),
    "timer": lambda row: (row["publishAt"] or "", row["createdAt"]),
    "timer first": lambda row: (row["publishAt"] or "9", row["createdAt"]),
    "timer or creation": lambda row: row["publishAt"] or row["createdAt"],
    "none": lambda row: sum(map(ord, row["id"])) * 7919 % 101,
}
# Of each row and the value of a parameter: whether the row stays.
Filter = Callable[[Row, str], bool]


def _date(row: Row) -> str:
    return str(row["publishAt"] or row["createdAt"])


BY_PROFILE: Final[dict[str, Filter]] = {
    "works": lambda row, value: row["profiles"][0]["id"] == value,
    "leaves out": lambda row, value: row["profiles"][0]["id"] != value,
    "knows other ids": lambda _row, _value: False,
    "ignored": lambda _row, _value: True,
}
BY_DATE: Final[dict[str, Filter]] = {
    "timer or creation": lambda row, value: _date(row) >= value,
    "timer": lambda row, value: (row["publishAt"] or "") >= value,
    "creation": lambda row, value: row["createdAt"] >= value,
    "day, of another zone": lambda row, value: _date(row)[:10] >= value[:10],
    "until": lambda row, value: _date(row) <= value,
    "a place": lambda _row, _value: False,
    "ignored": lambda _row, _value: True,
}
BY_TEXT: Final[dict[str, Filter]] = {
    "briefings": lambda row, value: value in row["briefing"]["markdown"],
    "words": lambda row, value: value.split(":")[0] in row["briefing"]["markdown"],
    "captions": lambda _row, _value: False,
    "ignored": lambda _row, _value: True,
}
REFUSED: Final = "refused"


@dataclass
class PostServer:
    """The posts of a workspace. `filters`: of each parameter, its behaviour; without one, it is
    refused. `changes`: what happens to the posts before each call."""

    rows: list[Row]
    order: str
    size: int
    shape: str
    filters: dict[str, Filter]
    now: float
    shows_time: bool = True
    changes: list[Callable[[list[Row]], None]] = field(default_factory=list)
    calls: int = 0

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """The answer to a GET of a page."""
        self.calls += 1
        if self.changes:
            self.changes.pop()(self.rows)
        sent = dict(request.url.params)
        start = self._start(sent)
        if start is None or sent.keys() - self.filters.keys():
            return httpx.Response(400, json={"message": "unknown parameter"})
        rows = [row for row in self.rows
                if all(self.filters[name](row, value) for name, value in sent.items())]  # fmt: skip
        rows.sort(key=ORDERS[self.order], reverse=True)
        return httpx.Response(200, headers=self._headers(), json=self._page(rows, start))

    def _headers(self) -> dict[str, str]:
        now = START + timedelta(minutes=self.now)
        return {"Date": format_datetime(now, usegmt=True)} if self.shows_time else {}

    def _start(self, sent: dict[str, str]) -> int | None:
        """The place of the page's first row; None where the server does not know the way."""
        if self.shape == "page":
            return (int(sent.pop("page", "1")) - 1) * self.size
        name = {"offset": "offset", "cursor": "cursor", "bare": ""}[self.shape]
        text = sent.pop(name, "0")
        return int(text) if text.isdecimal() else None

    def _page(self, rows: list[Row], start: int) -> Any:  # noqa: ANN401
        page, end = rows[start : start + self.size], start + self.size
        is_last = end >= len(rows)
        return {
            "page": {"data": page, "hasMore": not is_last},
            "offset": {"data": page, "offset": start, "total": len(rows)},
            "cursor": {"data": page, "nextCursor": None if is_last else str(end)},
            "bare": page,
        }[self.shape]
