"""Mastodon's calls: implements the Provider protocol."""

import math
import time
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final, NoReturn

import httpx

from provider.aiohttp_client import HttpClient
from provider.credentials import CredentialSource, SessionStore
from provider.errors import GiveUp, Retry
from provider.mastodon.account import AccountCalls
from provider.mastodon.answers import to_provider_error
from provider.mastodon.credentials import MastodonCredentials
from provider.mastodon.http import MastodonHttp
from provider.mastodon.instance import read_limits
from provider.mastodon.publication import Publication
from provider.mastodon.removal import Removal
from provider.mastodon.search import StatusSearch
from provider.mastodon.statuses import StatusDraft, build_statuses, check_media, unsupported_fields
from provider.mastodon.threads import STATUSES
from provider.mastodon.uploads import Uploads
from provider.protocol import (
    Capabilities,
    Draft,
    FileSpec,
    Idempotency,
    MediaReadiness,
    Profile,
    RemotePost,
    RemoteStage,
    UploadRequest,
)

NO_DRAFTS: Final = "Mastodon has no drafts"
CAPABILITIES: Final = Capabilities(
    drafts=False,
    native_scheduling=False,
    edit=False,
    cancel=True,
    # Its idempotency keys are no more than a second net: other servers of its API ignore them.
    idempotency=Idempotency.MARKER,
    # The least of all versions in use; newer ones take 16 MB.
    max_photo_bytes=10_000_000,
)


class Mastodon:
    """One account on the instance at `address`. `client` must send no credentials of its own, and
    keep no connections. A remote id is that of the post's first status."""

    capabilities = CAPABILITIES

    def __init__(
        self,
        client: HttpClient,
        address: str,
        credentials: CredentialSource[MastodonCredentials],
        sessions: SessionStore,  # noqa: ARG002  (tokens do not expire)
    ) -> None:
        self.client = client
        self._account = AccountCalls(MastodonHttp(client, address), credentials)
        self._search = StatusSearch(self._account)
        self._uploads = Uploads(self._account)
        self._publication = Publication(self._account, self._search, self._uploads)
        self._removal = Removal(self._account)

    async def profiles(self) -> list[Profile]:
        """The one account, with the limits of its instance."""
        account = await self._account.verify()
        return [replace(account.profile, limits=await read_limits(self._account.http))]

    async def begin_upload(self, file: FileSpec) -> UploadRequest:
        """The request for a file's bytes; the response names the file."""
        return await self._uploads.begin(file)

    async def finish_upload(
        self,
        file: FileSpec,  # noqa: ARG002  (the answer has no checksum)
        request: UploadRequest,
        response: httpx.Response,
    ) -> str:
        """The media id, from the response to the bytes."""
        return await self._uploads.finish(request, response)

    async def confirm_upload(self, media_id: str) -> None:
        """Nothing to confirm."""

    async def readiness(self, media_id: str) -> MediaReadiness:
        """Whether the server has processed a file: videos take a while."""
        return await self._uploads.readiness(media_id)

    async def find(self, draft: Draft) -> list[RemotePost]:
        """The published posts that begin as the draft does, since its first call; oldest first."""
        first = (await self._statuses(draft))[0]
        since = draft.sent_since or datetime.now(UTC)
        return [published(each) for each in await self._search.find(first, since)]

    async def publish_now(self, remote_id: str, draft: Draft, *, held_until: float) -> RemotePost:
        """Publish a post; with `remote_id`, what is missing of its thread.

        Raises Retry, with nothing sent, if `held_until` (s, of time.monotonic()) is over. After
        OutcomeUnknown the post must be looked for.
        """
        statuses = await self._statuses(draft)
        for each in statuses:
            check_media(each)
        if remote_id:
            return published(await self._publication.finish(remote_id, statuses, held_until))
        return published(await self._publication.publish(statuses, held_until))

    async def get(self, remote_id: str) -> RemotePost | None:
        """A published post; None where the server says that there is none."""
        answer = await self._account.ask("GET", f"{STATUSES}/{remote_id}")
        if answer.is_missing:
            return None
        if not answer.is_success:
            raise to_provider_error(answer)
        return published(answer.body)

    async def delete(self, remote_id: str, *, held_until: float = math.inf) -> None:
        """Delete a post, with what the account has answered to it: its thread."""
        await self._account.account()
        if time.monotonic() >= held_until:
            raise Retry("the call came too late for its claim; nothing was deleted")
        await self._removal.take_away(remote_id)

    def own_id(self, marker: str) -> str:
        """The server chooses the ids."""
        _refuse(marker)

    def unsupported_fields(self, draft: Draft) -> list[str]:
        """The draft's fields that Mastodon does not support."""
        return unsupported_fields(draft)

    async def create(self, draft: Draft) -> RemotePost:
        """There are no drafts."""
        _refuse(draft)

    async def update(self, remote_id: str, draft: Draft) -> RemotePost:
        """There are no drafts."""
        _refuse(remote_id, draft)

    async def schedule(self, remote_id: str) -> RemotePost:
        """The timer is not used: it knows no edits, and gives the post another id."""
        _refuse(remote_id)

    async def unschedule(self, remote_id: str) -> RemotePost | None:
        """The timer is not used."""
        _refuse(remote_id)

    async def close(self) -> None:
        """Nothing to close: the client is the caller's."""

    async def _statuses(self, draft: Draft) -> list[StatusDraft]:
        """The statuses of a draft, which must be one of the connected account."""
        if (await self._account.account()).profile_id != draft.profile_id:
            raise GiveUp("the connection is one of another Mastodon account than the post's")
        return build_statuses(draft)


def published(status: Any) -> RemotePost:  # noqa: ANN401  (JSON)
    """A status, as a post. Retry where the answer is none."""
    if not isinstance(status, dict) or not isinstance(status.get("id"), str):
        raise Retry("the Mastodon server answered without the post")
    link = status.get("url") or status.get("uri")
    return RemotePost(
        status["id"],
        RemoteStage.PUBLISHED,
        "published",
        link=link if isinstance(link, str) else None,
    )


def _refuse(*_call: object) -> NoReturn:
    raise GiveUp(NO_DRAFTS)
