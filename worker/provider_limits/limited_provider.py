"""A provider behind its gate. Sending a file's bytes goes elsewhere, and does not pass here."""

from provider.protocol import Draft, FileSpec, MediaReadiness, Profile, Provider, RemotePost, Upload
from worker.provider_limits.limiter import ProviderLimiter


class LimitedProvider:
    """Implements Provider. Besides its errors, each call raises NotNow when it was not made."""

    def __init__(self, provider: Provider, limiter: ProviderLimiter) -> None:
        self._provider, self._limiter = provider, limiter
        self.capabilities = provider.capabilities

    async def profiles(self) -> list[Profile]:
        """The connected accounts."""
        return await self._limiter.run("profiles", self._provider.profiles)

    async def begin_upload(self, file: FileSpec) -> Upload:
        """Announce a file."""
        return await self._limiter.run(
            f"{file.name} {file.size}", lambda: self._provider.begin_upload(file)
        )

    async def confirm_upload(self, media_id: str) -> None:
        """Say that the bytes are there."""
        await self._limiter.run(media_id, lambda: self._provider.confirm_upload(media_id))

    async def readiness(self, media_id: str) -> MediaReadiness:
        """Whether an uploaded file can be used."""
        return await self._limiter.run(media_id, lambda: self._provider.readiness(media_id))

    async def create(self, draft: Draft) -> RemotePost:
        """Make a draft that publishes nothing yet."""
        return await self._limiter.run(draft.marker, lambda: self._provider.create(draft))

    async def find(self, draft: Draft) -> list[RemotePost]:
        """The posts that carry the draft's marker."""
        return await self._limiter.run(draft.marker, lambda: self._provider.find(draft))

    async def get(self, remote_id: str) -> RemotePost | None:
        """A post as it stands."""
        return await self._limiter.run(remote_id, lambda: self._provider.get(remote_id))

    async def update(self, remote_id: str, draft: Draft) -> RemotePost:
        """Make a draft say what `draft` says."""
        return await self._limiter.run(remote_id, lambda: self._provider.update(remote_id, draft))

    async def schedule(self, remote_id: str) -> RemotePost:
        """Hand a draft to the provider's timer."""
        return await self._limiter.run(remote_id, lambda: self._provider.schedule(remote_id))

    async def unschedule(self, remote_id: str) -> RemotePost | None:
        """Take a post off the provider's timer."""
        return await self._limiter.run(remote_id, lambda: self._provider.unschedule(remote_id))

    async def publish_now(self, remote_id: str) -> RemotePost:
        """Publish a draft at once."""
        return await self._limiter.run(remote_id, lambda: self._provider.publish_now(remote_id))

    async def delete(self, remote_id: str) -> None:
        """Remove a post for good."""
        await self._limiter.run(remote_id, lambda: self._provider.delete(remote_id))

    def unsupported_fields(self, draft: Draft) -> list[str]:
        """The names of the draft's fields that this provider has no place for."""
        return self._provider.unsupported_fields(draft)

    async def close(self) -> None:
        """Close its connections."""
        await self._provider.close()
