"""Bluesky's calls: implements the Provider protocol."""

import math
from datetime import UTC, datetime
from typing import Final, NoReturn

import httpx

from provider.aiohttp_client import HttpClient
from provider.bluesky import post_content
from provider.bluesky.account_calls import AccountCalls
from provider.bluesky.credentials import BlueskyCredentials
from provider.bluesky.http import BlueskyHttp
from provider.bluesky.mentions import resolve_mentions
from provider.bluesky.profile import read_profile
from provider.bluesky.publication import Publication
from provider.bluesky.record_keys import first_key
from provider.bluesky.records import build_records
from provider.bluesky.repository import Repository
from provider.bluesky.sessions import Sessions
from provider.bluesky.uploads import Uploads
from provider.credentials import CredentialSource, SessionStore
from provider.errors import GiveUp
from provider.protocol import (
    Capabilities,
    Draft,
    FileSpec,
    Idempotency,
    MediaReadiness,
    MediaState,
    Profile,
    RemotePost,
    RemoteStage,
    UploadRequest,
)

NO_DRAFTS: Final = "Bluesky has no drafts"
CAPABILITIES: Final = Capabilities(
    drafts=False,
    native_scheduling=False,
    edit=False,
    cancel=True,
    idempotency=Idempotency.OWN_ID,
    # The lexicon of images: larger ones are refused with the post.
    max_photo_bytes=2_000_000,
)


class Bluesky:
    """One account of Bluesky, on the server at `address`. `client` must send no credentials of its
    own. A remote id is the key of the post's first record."""

    capabilities = CAPABILITIES

    def __init__(
        self,
        client: HttpClient,
        address: str,
        credentials: CredentialSource[BlueskyCredentials],
        sessions: SessionStore,
    ) -> None:
        self.client, self._credentials = client, credentials
        self._http = BlueskyHttp(client, address)
        self._sessions = Sessions(self._http, credentials, sessions)
        self._account = AccountCalls(self._http, self._sessions)
        self._uploads = Uploads(self._http, self._account, self._sessions)
        self._publications: dict[str, Publication] = {}

    async def profiles(self) -> list[Profile]:
        """The one account."""
        did = await self._did()
        return [await read_profile(self._http, self._account, self._sessions, did)]

    async def begin_upload(self, file: FileSpec) -> UploadRequest:
        """The request for a file's bytes; the response names the file."""
        return await self._uploads.begin(file)

    async def finish_upload(
        self, file: FileSpec, request: UploadRequest, response: httpx.Response
    ) -> str:
        """The media id, from the response to the bytes."""
        return await self._uploads.finish(file, request, response)

    async def confirm_upload(self, media_id: str) -> None:
        """Nothing to confirm."""

    async def readiness(self, media_id: str) -> MediaReadiness:  # noqa: ARG002  (the protocol's)
        """A file is ready at once. That it is gone is only found out by the publication."""
        return MediaReadiness(MediaState.READY)

    def own_id(self, marker: str) -> str:
        """The remote id of the post with this marker."""
        return first_key(marker)

    async def publish_now(self, remote_id: str, draft: Draft, *, held_until: float) -> RemotePost:
        """Publish a post under its id, once: a repetition finds it there, and does nothing.

        Raises Retry, with nothing sent, if `held_until` (s, of time.monotonic) is over.
        """
        did = await self._did()
        if draft.profile_id != did:
            raise GiveUp("the connection is one of another Bluesky account than the post's")
        dids = await resolve_mentions(self._http, post_content.texts(draft))
        records = build_records(draft, did, remote_id, dids, datetime.now(UTC))
        await self._publication(did).publish(records, held_until)
        return _published(did, remote_id)

    async def get(self, remote_id: str) -> RemotePost | None:
        """A published post; None where there is none."""
        did = await self._did()
        is_there = await self._repository(did).has_post(remote_id)
        return _published(did, remote_id) if is_there else None

    async def delete(self, remote_id: str, *, held_until: float = math.inf) -> None:
        """Delete a post with its thread. After that, no earlier publication of it can arrive.

        Raises Retry, with nothing deleted, if `held_until` (s, of time.monotonic) is over.
        """
        await self._publication(await self._did()).take_away(remote_id, held_until)

    def unsupported_fields(self, draft: Draft) -> list[str]:
        """The draft's fields that Bluesky does not support."""
        return post_content.unsupported_fields(draft)

    async def create(self, draft: Draft) -> RemotePost:
        """There are no drafts."""
        _refuse(draft)

    async def find(self, draft: Draft) -> list[RemotePost]:
        """There are no drafts."""
        _refuse(draft)

    async def update(self, remote_id: str, draft: Draft) -> RemotePost:
        """There are no drafts."""
        _refuse(remote_id, draft)

    async def schedule(self, remote_id: str) -> RemotePost:
        """There is no timer."""
        _refuse(remote_id)

    async def unschedule(self, remote_id: str) -> RemotePost | None:
        """There is no timer."""
        _refuse(remote_id)

    async def close(self) -> None:
        """Nothing to close: the client is shared."""

    async def _did(self) -> str:
        return (await self._credentials.current()).did

    def _repository(self, did: str) -> Repository:
        return Repository(self._http, self._account, did)

    def _publication(self, did: str) -> Publication:
        return self._publications.setdefault(did, Publication(self._repository(did)))


def _published(did: str, key: str) -> RemotePost:
    link = f"https://bsky.app/profile/{did}/post/{key}"
    return RemotePost(key, RemoteStage.PUBLISHED, "published", link=link)


def _refuse(*_call: object) -> NoReturn:
    raise GiveUp(NO_DRAFTS)
