"""Uploads of files: the request, what its answer means, and the texts for people who cannot see."""

from collections.abc import Iterable
from typing import Final

import httpx

from provider.errors import RestartUpload, Retry
from provider.mastodon.account import AccountCalls
from provider.mastodon.answers import to_provider_error
from provider.protocol import (
    DraftMedia,
    FileSpec,
    MediaReadiness,
    MediaState,
    MultipartForm,
    UploadRequest,
)

BEARER: Final = "Bearer "


class Uploads:
    """The files of one account. One that no status names is deleted by the server some day."""

    def __init__(self, account: AccountCalls) -> None:
        self._account = account

    async def begin(self, file: FileSpec) -> UploadRequest:
        """The request for a file."""
        kind = file.content_type or "application/octet-stream"
        return UploadRequest(
            method="POST",
            url=f"{self._account.http.base}/api/v2/media",
            headers={"Authorization": BEARER + await self._account.token()},
            form=MultipartForm("file", file.name, kind),
        )

    async def finish(self, request: UploadRequest, response: httpx.Response) -> str:
        """The server's id of the file. RestartUpload where a new token helps."""
        token = request.headers.get("Authorization", "").removeprefix(BEARER)
        answer = self._account.http.read(response, token)
        if answer.status == 401:
            await self._account.verify()  # Reconnect, unless a person has entered a new token
            raise RestartUpload("the access token was replaced during the upload", answer.status)
        if not answer.is_success:
            raise to_provider_error(answer)
        media_id = answer.body.get("id") if isinstance(answer.body, dict) else None
        if not isinstance(media_id, str) or not media_id:
            raise Retry("the Mastodon server answered an upload without its id", answer.status)
        return media_id

    async def readiness(self, media_id: str) -> MediaReadiness:
        """Whether a file is processed. A server that does not know the question has it at once."""
        answer = await self._account.ask("GET", f"/api/v1/media/{media_id}")
        if answer.status == 206:
            return MediaReadiness(MediaState.PENDING)
        if answer.is_success or (answer.status == 404 and not answer.error):
            return MediaReadiness(MediaState.READY)
        if answer.is_missing:
            return MediaReadiness(MediaState.GONE, "the Mastodon server no longer has the file")
        if answer.status == 422:
            return MediaReadiness(MediaState.FAILED, answer.error)
        raise to_provider_error(answer)

    async def describe(self, files: Iterable[DraftMedia]) -> None:
        """Set the alt texts. RestartUpload for a file that is gone: older servers would publish the
        status without it."""
        for file in files:
            path, body = f"/api/v1/media/{file.id}", {"description": file.alt_text}
            answer = await self._account.ask("PUT", path, json=body)
            if answer.is_missing:
                gone = "the Mastodon server no longer has a file of the post"
                raise RestartUpload(gone, answer.status)
            if not answer.is_success:
                raise to_provider_error(answer)
