"""Finds the statuses of an account that say what a draft says."""

from datetime import datetime, timedelta
from typing import Any, Final

from provider.errors import IncompleteList
from provider.mastodon.account import AccountCalls
from provider.mastodon.answers import Answer, parse_time, to_provider_error
from provider.mastodon.status_text import OPEN, may_be, same_html, same_source
from provider.mastodon.statuses import StatusDraft

PAGE: Final = 40
# Of servers that know no pages, as snac: a page that is shorter than any server's is whole, and one
# that is longer than this may be cut off.
DEFAULT_PAGE: Final = 20
MOST_IN_ONE_PAGE: Final = 250
FEW: Final = 5
MAX_PAGES: Final = 100
# Our clock and the server's may differ by so much.
CLOCK_MARGIN: Final = timedelta(minutes=10)
NO_END: Final = "the account's list of posts cannot be read back to the time of the call"
NOT_LISTED: Final = "this server does not list posts that are not public, so nobody can look"


class StatusSearch:
    """Looks through one account's own statuses."""

    def __init__(self, account: AccountCalls) -> None:
        self._account = account

    async def find(self, draft: StatusDraft, since: datetime) -> list[dict[str, Any]]:
        """The statuses since then, oldest first. IncompleteList where there is none, and the list
        does not prove it."""
        listed, is_whole = await self._list(since - CLOCK_MARGIN)
        found = [each for each in listed if await self.matches(each, draft, None)]
        if not found and not is_whole:
            raise IncompleteList(NO_END)
        if not found and draft.visibility not in (None, *OPEN) and not await self._lists_all():
            raise IncompleteList(NOT_LISTED)
        return sorted(found, key=lambda status: str(status.get("created_at")))

    async def matches(
        self, status: dict[str, Any], draft: StatusDraft, in_reply_to: str | None
    ) -> bool:
        """Whether a status says what the draft says, with its files."""
        if not may_be(status, draft, in_reply_to):
            return False
        answer = await self._account.ask("GET", f"/api/v1/statuses/{status['id']}/source")
        if answer.is_success and isinstance(answer.body, dict):
            return same_source(answer.body, draft)
        if answer.status != 404:
            raise to_provider_error(answer)
        return same_html(status, draft)

    async def _list(self, since: datetime) -> tuple[list[dict[str, Any]], bool]:
        """The statuses since then, and whether they are all that there are."""
        account = await self._account.account()
        found: dict[str, dict[str, Any]] = {}
        params = {"limit": str(PAGE), "exclude_reblogs": "true"}
        for _ in range(MAX_PAGES):
            page = await self._page(account.id, params)
            new = [each for each in page if each["id"] not in found]
            found |= {each["id"]: each for each in new}
            times = [_created(each) for each in new]
            if any(at is not None and at < since for at in times):
                return _later(found, since), True
            if not new:
                return _later(found, since), not page or await self._is_whole(account.id, len(page))
            params["max_id"] = page[-1]["id"]
        return _later(found, since), False

    async def _page(self, account_id: str, params: dict[str, str]) -> list[dict[str, Any]]:
        path = f"/api/v1/accounts/{account_id}/statuses"
        answer: Answer = await self._account.ask("GET", path, params=params)
        if not answer.is_success or not isinstance(answer.body, list):
            raise to_provider_error(answer)
        return [each for each in answer.body if isinstance(each, dict) and _has_id(each)]

    async def _is_whole(self, account_id: str, count: int) -> bool:
        """Whether a server that shows the same page again has shown all that there is: it is short,
        or the server does not care how many are asked for, and shows less than its most."""
        if not DEFAULT_PAGE <= count < MOST_IN_ONE_PAGE:
            return count < DEFAULT_PAGE
        return len(await self._page(account_id, {"limit": str(FEW)})) > FEW

    async def _lists_all(self) -> bool:
        """Mastodon lists an account's own posts whole; servers with a part of its API do not."""
        answer = await self._account.http.ask("GET", "/api/v2/instance")
        return answer.is_success


def _has_id(status: dict[str, Any]) -> bool:
    return isinstance(status.get("id"), str)


def _created(status: dict[str, Any]) -> datetime | None:
    return parse_time(status.get("created_at"))


def _later(found: dict[str, dict[str, Any]], since: datetime) -> list[dict[str, Any]]:
    times = {name: _created(each) for name, each in found.items()}
    return [each for name, each in found.items() if (times[name] or since) >= since]
