"""Publishes a post and its thread: each status once, and after a lost answer only what is missing.

Mastodon knows an idempotency key for an hour, other servers ignore it. So a status is never sent
again before somebody has looked; and what is missing is sent under its own key.
"""

import time
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from provider.errors import GiveUp, NotNow, OutcomeUnknown, ProviderError, RestartUpload, Retry
from provider.mastodon.account import AccountCalls
from provider.mastodon.answers import Answer, parse_time, to_provider_error
from provider.mastodon.search import StatusSearch
from provider.mastodon.statuses import StatusDraft
from provider.mastodon.threads import STATUSES, Status, Threads
from provider.mastodon.uploads import Uploads

# So long after the last status of a thread, a call that is still on its way may bring the next one.
SETTLE: Final = timedelta(seconds=10)
# A server that was late must not be asked at once again.
MIN_WAIT: Final = 1.0
WAS_DELETED: Final = (
    "it was deleted there after it went out, so the server does not publish it again; a copy of "
    "the post can go out"
)


class Publication:
    """The writes of one account."""

    def __init__(self, account: AccountCalls, search: StatusSearch, uploads: Uploads) -> None:
        self._account, self._search, self._uploads = account, search, uploads
        self._threads = Threads(account)

    async def publish(self, drafts: Sequence[StatusDraft], held_until: float) -> Status:
        """Publish all statuses; returns the first. OutcomeUnknown as soon as it may be public."""
        for draft in drafts:
            await self._uploads.describe(draft.media)
        root = await self._send(drafts[0], None, held_until)
        try:
            await self._send_all(drafts[1:], root, held_until)
        except ProviderError as error:
            raise OutcomeUnknown(f"its thread is not whole yet: {error}") from error
        return root

    async def finish(
        self, root_id: str, drafts: Sequence[StatusDraft], held_until: float
    ) -> Status:
        """Publish what is missing after the first status. GiveUp where that cannot be."""
        root: Status = await self._account.call("GET", f"{STATUSES}/{root_id}")
        if len(drafts) == 1:
            return root
        last, missing = await self._find_missing(root, drafts)
        try:
            for draft in missing:
                await self._uploads.describe(draft.media)
            await self._send_all(missing, last, held_until)
        except RestartUpload as error:
            raise GiveUp(f"{len(missing)} texts of its thread are missing: {error}") from error
        return root

    async def _find_missing(
        self, root: Status, drafts: Sequence[StatusDraft]
    ) -> tuple[Status, Sequence[StatusDraft]]:
        """The last status of the thread that is there, and what must follow it."""
        last, missing = root, list(drafts[1:])
        while missing:
            listed, answer = await self._threads.answers_to(last["id"])
            following = await self._find_next(listed, last, missing[0])
            if following is None:
                _check_settled(last, answer)
                break
            last = following
            del missing[0]
        return last, missing

    async def _find_next(
        self, listed: Sequence[Status], before: Status, draft: StatusDraft
    ) -> Status | None:
        for each in listed:
            if await self._search.matches(each, draft, before["id"]):
                return each
        return None

    async def _send_all(
        self, drafts: Sequence[StatusDraft], before: Status, held_until: float
    ) -> None:
        """Publish statuses, each as an answer to the one before."""
        for draft in drafts:
            before = await self._send(draft, before["id"], held_until)

    async def _send(self, draft: StatusDraft, in_reply_to: str | None, held_until: float) -> Status:
        """Publish one status. A server that knows the key makes it once within the hour."""
        await self._account.account()  # so that nothing else is asked for after the check
        if time.monotonic() >= held_until:
            raise Retry("the call came too late for its claim; nothing was sent")
        body = draft.body(in_reply_to)
        answer = await self._account.ask(
            "POST", STATUSES, json=body, key=draft.key, repeatable=False
        )
        if answer.is_missing:
            raise GiveUp(WAS_DELETED if in_reply_to is None else answer.error, answer.status)
        if not answer.is_success:
            raise to_provider_error(answer, repeatable=False)
        if not isinstance(answer.body, dict) or not isinstance(answer.body.get("id"), str):
            raise OutcomeUnknown("the Mastodon server answered without the post", answer.status)
        sent: Status = answer.body
        return sent


def _check_settled(last: Status, answer: Answer) -> None:
    """NotNow while a call may still be on its way that brings the next status."""
    at = parse_time(last.get("created_at"))
    wait = SETTLE if at is None else at + SETTLE - answer.at
    if wait > timedelta(0):
        raise NotNow("an earlier call may still arrive", max(wait.total_seconds(), MIN_WAIT))
