"""Importing a calendar: every good row becomes a post, every bad one a sentence; none both."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import httpx

from api import answers
from api.deps import Surroundings
from api.errors import ApiError, FieldError
from api.posts.publish import accept, media_links
from cli.calendar_file import Row

CHECKERS = 8
TIMEOUT = 10.0


@dataclass(slots=True)
class Report:
    """What became of the rows."""

    accepted: list[dict[str, Any]] = field(default_factory=list)
    known: list[dict[str, Any]] = field(default_factory=list)
    refused: list[dict[str, Any]] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """The report for programs."""
        return {"accepted": self.accepted, "known": self.known, "refused": self.refused}


def import_rows(
    around: Surroundings,
    organization_id: str,
    rows: Iterable[Row],
    on_row: Callable[[Row], None] = lambda _row: None,
) -> Report:
    """Accept the rows in their order, each in a transaction of its own."""
    report = Report()
    listed = list(rows)
    unreachable = _unreachable(around, listed)
    for row in listed:
        row.problems += [
            FieldError(field=name, message=f"{link} {unreachable[link]}")
            for name, link in row.links
            if link in unreachable
        ]
        _import(around, organization_id, row, report)
        on_row(row)
    return report


def _import(around: Surroundings, organization_id: str, row: Row, report: Report) -> None:
    shown: dict[str, Any] = {"row": row.line, "key": row.key}
    if row.body is not None and not row.problems:
        try:
            with around.database.write() as session:
                accepted = accept(session, around, organization_id, row.body, row_key=row.key)
        except ApiError as error:
            row.problems = error.details or [FieldError(field="row", message=error.message)]
        else:
            shown |= answers.published(accepted.post, accepted.job_id)["socialPost"]
            (report.accepted if accepted.is_new else report.known).append(shown)
            return
    report.refused.append({**shown, "errors": row.problems})


def _unreachable(around: Surroundings, rows: list[Row]) -> dict[str, str]:
    """The links that lead nowhere, with what they answer. Each is asked once."""
    links = {link for row in rows for link in _checkable(around, row)}
    limits = httpx.Limits(max_connections=CHECKERS)
    with (
        httpx.Client(timeout=TIMEOUT, follow_redirects=True, limits=limits) as client,
        ThreadPoolExecutor(CHECKERS) as pool,
    ):
        found = pool.map(lambda link: (link, _trouble(client, link)), sorted(links))
        return {link: trouble for link, trouble in found if trouble}


def _checkable(around: Surroundings, row: Row) -> list[str]:
    """A row's links, unless the row is refused for them anyhow."""
    if row.body is None:
        return []
    try:
        return media_links(row.body, allow_private=around.allow_private_media)
    except ApiError:
        return []


def _trouble(client: httpx.Client, link: str) -> str | None:
    """What is wrong with a link; None when it leads to a file."""
    try:
        answer = client.head(link)
        if answer.status_code in (403, 405, 501):  # a host, or a signed link, that knows only GET
            answer = client.get(link, headers={"Range": "bytes=0-0"})
    # ValueError, OverflowError: what the standard library says of hosts and ports that cannot be.
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, OverflowError) as error:
        return f"cannot be reached ({type(error).__name__})"
    return None if answer.is_success else f"answers {answer.status_code}; it must lead to the file"
