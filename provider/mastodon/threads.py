"""The statuses that an account has published as answers to its own."""

from typing import Any, Final

from provider.mastodon.account import AccountCalls
from provider.mastodon.answers import Answer, to_provider_error

STATUSES: Final = "/api/v1/statuses"
Status = dict[str, Any]


class Threads:
    """Threads of one account."""

    def __init__(self, account: AccountCalls) -> None:
        self._account = account

    async def answers_to(self, status_id: str) -> tuple[list[Status], Answer]:
        """The account's own direct answers to a status, and the server's answer that lists them.

        Each status is asked about by itself: Mastodon lists all that follows, snac only this.
        """
        answer = await self._account.ask("GET", f"{STATUSES}/{status_id}/context")
        if not answer.is_success or not isinstance(answer.body, dict):
            raise to_provider_error(answer)
        account = await self._account.account()
        listed = answer.body.get("descendants")
        found = [each for each in listed if isinstance(each, dict)] if listed else []
        own = [each for each in found if _is_own(each, account.id)]
        return [each for each in own if each.get("in_reply_to_id") == status_id], answer


def _is_own(status: Status, account_id: str) -> bool:
    author = status.get("account")
    has_id = isinstance(status.get("id"), str)
    return has_id and isinstance(author, dict) and author.get("id") == account_id
