"""The repository of an account: its head, its records, and writes that depend on the head."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

from provider.bluesky.account_calls import AccountCalls
from provider.bluesky.answers import HEAD_MOVED, NO_RECORD, Answer, to_provider_error
from provider.bluesky.http import BlueskyHttp
from provider.bluesky.records import POSTS, KeyedRecord, Record, format_instant
from provider.errors import GiveUp, OutcomeUnknown, Reconnect, Retry

APPLY_WRITES: Final = "com.atproto.repo.applyWrites"
# Our own collection: a record that is written and deleted at once, to move the head.
FENCE: Final = "org.slotbeat.fence"


_NO_ACCOUNT: Final = "this Bluesky server does not show the account; connect it again"


class HeadMoved(Exception):
    """Another write came first: nothing was written."""


class Repository:
    """Reads need no session; a write is done whole or not at all."""

    def __init__(self, http: BlueskyHttp, account: AccountCalls, did: str) -> None:
        self._http, self._account, self._did = http, account, did

    async def head(self) -> str:
        """The id of the last commit: every write makes a new one, and none comes back."""
        latest = await self._http.call(
            "GET", "com.atproto.sync.getLatestCommit", params={"did": self._did}
        )
        if not isinstance(latest.get("cid"), str):
            raise Retry("Bluesky answered without the last commit")
        return str(latest["cid"])

    async def has_post(self, key: str) -> bool:
        """Whether there is a post with this key. A missing account proves nothing."""
        params = {"repo": self._did, "collection": POSTS, "rkey": key}
        answer = await self._http.ask("GET", "com.atproto.repo.getRecord", params=params)
        if answer.code == NO_RECORD:
            return False
        if not answer.is_success:
            error = to_provider_error(answer, repeatable=True)
            raise Reconnect(_NO_ACCOUNT, answer.status) if isinstance(error, GiveUp) else error
        return True

    async def create(self, records: Sequence[KeyedRecord], head: str) -> str | None:
        """Write all these posts, if `head` is still the head: else HeadMoved. The new head, where
        the server names it."""
        writes = [_create(POSTS, each.key, each.value) for each in records]
        return _new_head(await self._apply(writes, head))

    async def delete(self, keys: Sequence[str], head: str) -> None:
        """Delete all these posts, if `head` is still the head: else HeadMoved. OutcomeUnknown if
        one of them is not there."""
        await self._apply([_delete(POSTS, key) for key in keys], head)

    async def move_head(self, head: str) -> str:
        """Make sure that a write with this head or an earlier one is refused, even one that is on
        its way; returns the new head. HeadMoved, with nothing written, if it is not the head."""
        value = {"$type": FENCE, "createdAt": format_instant(datetime.now(UTC))}
        writes = [_create(FENCE, "self", value), _delete(FENCE, "self")]
        moved = _new_head(await self._apply(writes, head)) or await self.head()
        if moved == head:
            raise OutcomeUnknown("Bluesky did not say that earlier calls are refused now")
        return moved

    async def _apply(self, writes: list[dict[str, Any]], head: str) -> Answer:
        body = {"repo": self._did, "writes": writes, "swapCommit": head}
        answer = await self._account.ask("POST", APPLY_WRITES, json=body, repeatable=False)
        if answer.code == HEAD_MOVED:
            raise HeadMoved
        if not answer.is_success:
            raise to_provider_error(answer, repeatable=False)
        return answer


def _new_head(answer: Answer) -> str | None:
    commit = answer.body.get("commit")
    cid = commit.get("cid") if isinstance(commit, dict) else None
    return cid if isinstance(cid, str) else None


def _create(collection: str, key: str, value: Record) -> dict[str, Any]:
    write = {"collection": collection, "rkey": key, "value": value}
    return {"$type": f"{APPLY_WRITES}#create", **write}


def _delete(collection: str, key: str) -> dict[str, Any]:
    return {"$type": f"{APPLY_WRITES}#delete", "collection": collection, "rkey": key}
