"""Swonkie's calls: implements the Provider protocol."""

import math
from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from typing import Any
from urllib.parse import quote

import httpx

from provider import upload
from provider.aiohttp_client import HttpClient
from provider.credentials import CredentialSource
from provider.errors import (
    GiveUp,
    IncompleteList,
    OutcomeUnknown,
    ProviderError,
    RestartUpload,
    Retry,
)
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
from provider.swonkie import request_bodies, responses
from provider.swonkie.credentials import SwonkieCredentials
from provider.swonkie.http import SwonkieHttp
from provider.swonkie.list_calls import ListCalls, read_patiently
from provider.swonkie.marker_search import GONE
from provider.swonkie.post_search import PostSearch

# `minimum_lead` is our own margin: the documentation names none.
CAPABILITIES = Capabilities(
    drafts=True,
    native_scheduling=True,
    minimum_lead=timedelta(seconds=5),
    edit=True,
    cancel=True,
    idempotency=Idempotency.MARKER,
)

# The stages that a post can have after a transition was accepted.
AFTER_SCHEDULE = {
    RemoteStage.SCHEDULED,
    RemoteStage.PUBLISHING,
    RemoteStage.PUBLISHED,
    RemoteStage.FAILED,
}
AFTER_PUBLISH = {RemoteStage.PUBLISHING, RemoteStage.PUBLISHED, RemoteStage.FAILED}


class Swonkie:
    """One Swonkie workspace. `client` is shared; it must send no credentials of its own."""

    capabilities = CAPABILITIES

    def __init__(
        self, client: HttpClient, base_url: str, credentials: CredentialSource[SwonkieCredentials]
    ) -> None:
        self.client = client
        self._http = SwonkieHttp(client, base_url, credentials)
        self._lists = ListCalls(self._http)
        self._search = PostSearch(self._lists, self._read_full)

    async def profiles(self) -> list[Profile]:
        """The connected accounts, all pages."""
        try:
            items = await self._lists.read_all("/profiles")
        except IncompleteList as error:
            raise IncompleteList(str(error), _parse_profiles(error.items)) from error
        return _parse_profiles(items)

    async def begin_upload(self, file: FileSpec) -> UploadRequest:
        """Announce a file. It may be repeated: Swonkie deletes uploads that are not confirmed."""
        body = {"destinationType": "POST_MEDIA", "name": file.name}
        response = await self._http.call("POST", "/media", json=body)
        media_id = responses.parse_media_id(response)
        if not isinstance(response.get("uploadUrl"), str):
            raise Retry("Swonkie announced an upload without a link")
        return UploadRequest(
            "PUT", str(response["uploadUrl"]), blob_headers(file), media_id=media_id
        )

    async def finish_upload(
        self,
        file: FileSpec,  # noqa: ARG002
        request: UploadRequest,
        response: httpx.Response,
    ) -> str:
        """The id that the announcement named, after the blob host took the bytes."""
        upload.raise_for_answer(response)
        return request.media_id or ""

    async def confirm_upload(self, media_id: str) -> None:
        """Confirm that the bytes were sent; RestartUpload when the file is gone."""
        try:
            await self._http.call("PATCH", f"/media/{_quote_id(media_id)}")
        except GiveUp as error:
            if error.http_status in (
                400,
                404,
            ):  # no bytes, or deleted because the confirm came too late
                raise RestartUpload(str(error), error.http_status) from error
            raise

    async def readiness(self, media_id: str) -> MediaReadiness:
        """Whether the file was processed."""
        try:
            return responses.parse_readiness(
                await self._http.call("GET", f"/media/{_quote_id(media_id)}")
            )
        except GiveUp as error:
            if error.http_status == 404:
                return MediaReadiness(MediaState.GONE, "Swonkie no longer has the file")
            raise

    async def create(self, draft: Draft) -> RemotePost:
        """Create a draft (with `publish_at`) or an idea (without)."""
        body = request_bodies.create_body(draft)
        return responses.parse_post(
            await self._http.call("POST", "/posts", json=body, repeatable=False)
        )

    async def find(self, draft: Draft) -> list[RemotePost]:
        """The posts with the draft's marker, from as few pages as show them, or prove that there
        are none."""
        return [responses.parse_post(item) for item in await self._search.find(draft)]

    async def get(self, remote_id: str) -> RemotePost | None:
        """The current state of a post; None when it is gone."""
        found = await self._get_full(remote_id)
        return None if found is GONE else responses.parse_post(found)

    async def _read_full(self, remote_id: str) -> Any:  # noqa: ANN401  (JSON)
        return await read_patiently(partial(self._get_full, remote_id))

    async def _get_full(self, remote_id: str) -> Any:  # noqa: ANN401  (JSON)
        """A post with every field; GONE when there is none."""
        try:
            return await self._http.call("GET", f"/posts/{_quote_id(remote_id)}")
        except GiveUp as error:
            if error.http_status == 404:
                return GONE
            raise

    async def update(self, remote_id: str, draft: Draft) -> RemotePost:
        """Replace a draft's content; fields that are not in `draft` stay unchanged."""
        body = request_bodies.create_body(draft)
        path = f"/posts/{_quote_id(remote_id)}"
        return responses.parse_post(await self._http.call("PUT", path, json=body, repeatable=False))

    async def schedule(self, remote_id: str) -> RemotePost:
        """Move a draft to SCHEDULED."""
        return await self._transition(remote_id, "schedule", AFTER_SCHEDULE)

    async def unschedule(self, remote_id: str) -> RemotePost | None:
        """Move a SCHEDULED post back to DRAFT; returns its state after that."""
        path = f"/posts/{_quote_id(remote_id)}/stage/unschedule"
        try:
            response = await self._http.call("PATCH", path, repeatable=False)
        except (GiveUp, OutcomeUnknown) as error:
            if error.http_status not in (400, 404, 409):
                raise
            response = None  # it is not SCHEDULED now; `get` below returns its stage
        if isinstance(response, dict) and response.get("id") and response.get("stage"):
            return responses.parse_post(response)
        return await self._get_after_transition(remote_id)

    async def publish_now(
        self,
        remote_id: str,
        draft: Draft,  # noqa: ARG002  (the draft is there already)
        *,
        held_until: float,  # noqa: ARG002  (the remote id fences the call)
    ) -> RemotePost:
        """Publish a draft or an idea at once."""
        return await self._transition(remote_id, "publishNow", AFTER_PUBLISH)

    def own_id(self, marker: str) -> str:
        """Swonkie chooses the ids."""
        raise GiveUp(f"Swonkie chooses the ids of posts: {marker}")

    async def delete(
        self,
        remote_id: str,
        *,
        held_until: float = math.inf,  # noqa: ARG002  (no remote id comes back)
    ) -> None:
        """Delete a post that is not published."""
        try:
            await self._http.call("DELETE", f"/posts/{_quote_id(remote_id)}")
        except GiveUp as error:
            if error.http_status != 404:
                raise

    def unsupported_fields(self, draft: Draft) -> list[str]:
        """The draft's fields that Swonkie does not support."""
        return request_bodies.unsupported_fields(draft)

    async def close(self) -> None:
        """Nothing to close: the client is shared."""

    async def _transition(
        self, remote_id: str, action: str, reached: set[RemoteStage]
    ) -> RemotePost:
        path = f"/posts/{_quote_id(remote_id)}/stage/{action}"
        response = await self._http.call("PATCH", path, repeatable=False)
        # Swonkie's documents differ: the response is the post, or {"success": true}.
        if isinstance(response, dict) and response.get("id") and response.get("stage"):
            moved: RemotePost | None = responses.parse_post(response)
        else:
            moved = await self._get_after_transition(remote_id)
        if moved is None or moved.stage not in reached:
            raise OutcomeUnknown(f"Swonkie accepted {action}, and the post shows no trace of it")
        return moved

    async def _get_after_transition(self, remote_id: str) -> RemotePost | None:
        """The post after an accepted transition. If this read fails, the outcome is unknown."""
        try:
            return await self.get(remote_id)
        except ProviderError as error:
            raise OutcomeUnknown(str(error), error.http_status) from error


def _parse_profiles(items: Sequence[dict[str, Any]]) -> list[Profile]:
    return [responses.parse_profile(item) for item in items]


def blob_headers(file: FileSpec) -> dict[str, str]:
    """The headers of the blob host, besides Content-Length. It checks the MD5 if there is one."""
    headers = {"x-ms-blob-type": "BlockBlob", "Content-Type": file.content_type}
    return {**headers, "Content-MD5": file.md5} if file.md5 else headers


def _quote_id(remote_id: str) -> str:
    return quote(remote_id, safe="")
