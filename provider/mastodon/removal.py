"""Takes a post away, with the thread that follows it."""

from typing import Final

from provider.errors import GiveUp
from provider.mastodon.account import AccountCalls
from provider.mastodon.answers import to_provider_error
from provider.mastodon.threads import STATUSES, Threads

CANNOT_DELETE: Final = "this server does not let us delete posts: delete it there"


class Removal:
    """The deletes of one account."""

    def __init__(self, account: AccountCalls) -> None:
        self._account, self._threads = account, Threads(account)

    async def take_away(self, root_id: str) -> None:
        """Delete a status and what the account itself has answered to it, the last one first."""
        if (await self._account.ask("GET", f"{STATUSES}/{root_id}")).is_missing:
            return
        for status_id in reversed(await self._thread(root_id)):
            await self._delete(status_id)

    async def _thread(self, root_id: str) -> list[str]:
        """The ids of the account's own chain of answers, in order."""
        found = [root_id]
        for status_id in found:  # it grows
            answers, _ = await self._threads.answers_to(status_id)
            found += [each["id"] for each in answers]
        return found

    async def _delete(self, status_id: str) -> None:
        answer = await self._account.ask("DELETE", f"{STATUSES}/{status_id}")
        if answer.is_success or answer.is_missing:
            return
        if answer.status in (404, 405):  # a server that does not know the call
            raise GiveUp(CANNOT_DELETE, answer.status)
        raise to_provider_error(answer)
