"""A provider whose calls go through its limiter. The upload of a file's bytes does not."""

from functools import partial

import httpx

from provider.protocol import (
    Draft,
    FileSpec,
    MediaReadiness,
    Profile,
    Provider,
    RemotePost,
    UploadRequest,
)
from worker.provider_limits.limiter import ProviderLimiter


class LimitedProvider:
    """Implements Provider for one organization, which shares the limiter with all others that use
    the connection. Each call may also raise NotNow: the call was not made."""

    def __init__(self, provider: Provider, limiter: ProviderLimiter, organization_id: str) -> None:
        self._provider, self._limiter = provider, limiter
        self._run = partial(limiter.run, organization_id)
        self.capabilities, self.client = provider.capabilities, provider.client

    async def profiles(self) -> list[Profile]:
        """The connected accounts."""
        return await self._run("profiles", self._provider.profiles)

    async def begin_upload(self, file: FileSpec) -> UploadRequest:
        """Announce a file; returns where to send its bytes."""
        return await self._run(
            f"{file.name} {file.size}", lambda: self._provider.begin_upload(file)
        )

    async def finish_upload(
        self, file: FileSpec, request: UploadRequest, response: httpx.Response
    ) -> str:
        """The file's id, from the answer to its bytes."""
        return await self._provider.finish_upload(file, request, response)

    async def confirm_upload(self, media_id: str) -> None:
        """Confirm that the bytes were sent."""
        await self._run(media_id, lambda: self._provider.confirm_upload(media_id))

    async def readiness(self, media_id: str) -> MediaReadiness:
        """Whether an uploaded file can be used."""
        return await self._run(media_id, lambda: self._provider.readiness(media_id))

    async def create(self, draft: Draft) -> RemotePost:
        """Create a draft. It is not published yet."""
        return await self._run(draft.marker, lambda: self._provider.create(draft))

    async def find(self, draft: Draft) -> list[RemotePost]:
        """The posts with the draft's marker."""
        return await self._run(draft.marker, lambda: self._provider.find(draft))

    async def get(self, remote_id: str) -> RemotePost | None:
        """The current state of a post."""
        return await self._run(remote_id, lambda: self._provider.get(remote_id))

    async def update(self, remote_id: str, draft: Draft) -> RemotePost:
        """Replace the content of a draft."""
        return await self._run(remote_id, lambda: self._provider.update(remote_id, draft))

    async def schedule(self, remote_id: str) -> RemotePost:
        """Put a draft on the provider's timer."""
        return await self._run(remote_id, lambda: self._provider.schedule(remote_id))

    async def unschedule(self, remote_id: str) -> RemotePost | None:
        """Take a post off the provider's timer."""
        return await self._run(remote_id, lambda: self._provider.unschedule(remote_id))

    async def publish_now(self, remote_id: str, draft: Draft, *, held_until: float) -> RemotePost:
        """Publish at once."""
        return await self._run(
            remote_id,
            lambda: self._provider.publish_now(remote_id, draft, held_until=held_until),
        )

    def own_id(self, marker: str) -> str:
        """The remote id of the post with this marker."""
        return self._provider.own_id(marker)

    async def delete(self, remote_id: str, *, held_until: float) -> None:
        """Delete a post."""
        await self._run(remote_id, lambda: self._provider.delete(remote_id, held_until=held_until))

    def unsupported_fields(self, draft: Draft) -> list[str]:
        """The names of the draft's fields that this provider does not support."""
        return self._provider.unsupported_fields(draft)

    async def close(self) -> None:
        """Close its connections."""
        await self._provider.close()
