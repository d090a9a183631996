"""Uploads of files: the request, and what its response means."""

from typing import Final

import httpx

from provider.bluesky.account_calls import AccountCalls
from provider.bluesky.answers import to_provider_error
from provider.bluesky.content_ids import file_id
from provider.bluesky.http import BlueskyHttp
from provider.bluesky.media_ids import parse_blob
from provider.bluesky.sessions import Sessions
from provider.errors import RestartUpload, Retry
from provider.protocol import FileSpec, UploadRequest

BEARER: Final = "Bearer "


class Uploads:
    """The files of one account. One that no record names is deleted by the server some day."""

    def __init__(self, http: BlueskyHttp, account: AccountCalls, sessions: Sessions) -> None:
        self._http, self._account, self._sessions = http, account, sessions

    async def begin(self, file: FileSpec) -> UploadRequest:
        """The request for a file. Its token is good for five minutes at least."""
        session = await self._sessions.current()
        return UploadRequest(
            method="POST",
            url=f"{self._http.base}com.atproto.repo.uploadBlob",
            headers={
                "Authorization": BEARER + session.access,
                "Content-Type": file.content_type or "application/octet-stream",
            },
        )

    async def finish(self, file: FileSpec, request: UploadRequest, response: httpx.Response) -> str:
        """Our id of the file. RestartUpload where new headers help, or the bytes were damaged."""
        token = request.headers.get("Authorization", "").removeprefix(BEARER)
        answer = self._http.read(response, token)
        if answer.refuses_token:
            await self._sessions.current(refused=token)
            raise RestartUpload("the session ended before the upload", answer.status)
        if answer.code == "InternalServerError":
            # So it answers a token that it cannot read. The call renews one that is refused.
            await self._account.call("GET", "com.atproto.server.getSession")
        if not answer.is_success:
            raise to_provider_error(answer, repeatable=True)
        blob = parse_blob(answer.body)
        if blob is None:
            raise Retry("Bluesky answered an upload without its id", answer.status)
        is_whole = file.sha256 is None or blob.cid == file_id(bytes.fromhex(file.sha256))
        if blob.size != file.size or not is_whole:
            raise RestartUpload("the file did not arrive whole", answer.status)
        return blob.to_media_id()
