"""Importing a calendar, as the API does it; but first every link is asked whether it leads to a
file. Only here: who runs a command may reach what this machine reaches, a caller of the API not."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import httpx

from api.deps import Surroundings
from api.errors import ApiError, FieldError
from api.importing import running
from api.importing.rows import Row
from api.posts.reading import media_links
from models.own_links import is_own

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


def import_rows(around: Surroundings, organization_id: str, rows: Iterable[Row]) -> Report:
    """Accept the rows whose links lead to files, in their order."""
    listed = list(rows)
    unreachable = _unreachable(around, listed)
    for row in listed:
        row.problems += [
            FieldError(field=name, message=f"{link} {unreachable[link]}")
            for name, link in row.links
            if link in unreachable
        ]
    report = Report()
    for result in running.import_rows(around, organization_id, listed):
        shown: dict[str, Any] = {"row": result.row.line, "key": result.row.key}
        shown |= {"errors": result.errors} if result.post is None else result.post
        getattr(report, result.status).append(shown)
    return report


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
    """A row's links elsewhere, unless the row is refused for them anyhow."""
    if row.body is None:
        return []
    try:
        links = media_links(row.body, allow_private=around.allow_private_media)
    except ApiError:
        return []
    return [link for link in links if not is_own(link)]


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
