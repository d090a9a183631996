"""WordPress's calls: implements the Provider protocol."""

import math
import re
from typing import Any, Final

import httpx

from provider.aiohttp_client import HttpClient
from provider.carried_fields import not_carried
from provider.credentials import CredentialSource, SessionStore
from provider.errors import GiveUp, OutcomeUnknown, Retry
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
from provider.wordpress import uploads
from provider.wordpress.answers import NO_POST, Answer, to_provider_error
from provider.wordpress.carried_fields import CARRIED_FIELDS
from provider.wordpress.credentials import WordPressCredentials
from provider.wordpress.http import WordPressHttp
from provider.wordpress.marker_search import find_posts
from provider.wordpress.media import MEDIA_ID
from provider.wordpress.post_body import build_body
from provider.wordpress.posts import FIELDS, parse_post
from provider.wordpress.profile import read_profile

# WordPress has a timer, but it needs visitors, and publishes at once what is less than a minute
# ahead: our own call is punctual.
CAPABILITIES: Final = Capabilities(
    drafts=True,
    native_scheduling=False,
    edit=True,
    cancel=True,
    idempotency=Idempotency.MARKER,
)
POST_ID: Final = re.compile(r"[1-9][0-9]{0,17}")
GONE: Final = "the site no longer has the post"
# Stages that somebody chose in WordPress, which a publication would undo.
TAKEN_AWAY: Final = (
    "in WordPress the post has the status {}; somebody took it away: make it a draft there and "
    "retry, or cancel it here"
)
HELD: Final = (
    "WordPress kept the post in the status {} instead of publishing it; publish it there, or give "
    "the user the right to publish"
)


class WordPress:
    """One user of a site, whose REST API is at `address`. `client` must send no credentials of its
    own. Each draft gets a new id, so a late call never meets another one."""

    capabilities = CAPABILITIES

    def __init__(
        self,
        client: HttpClient,
        address: str,
        credentials: CredentialSource[WordPressCredentials],
        _sessions: SessionStore,
    ) -> None:
        self.client, self._credentials = client, credentials
        self._http = WordPressHttp(client, address, credentials)

    async def profiles(self) -> list[Profile]:
        """The one user."""
        return [await read_profile(self._http, (await self._credentials.current()).site)]

    async def begin_upload(self, file: FileSpec) -> UploadRequest:
        """The request for a file's bytes; the answer names the file."""
        return await uploads.begin(self._http, file)

    async def finish_upload(
        self,
        file: FileSpec,  # noqa: ARG002  (the protocol's)
        request: UploadRequest,
        response: httpx.Response,
    ) -> str:
        """The file's id, from the answer to the bytes."""
        return await uploads.finish(self._http, request, response)

    async def confirm_upload(self, media_id: str) -> None:
        """Nothing to confirm."""

    async def readiness(self, media_id: str) -> MediaReadiness:
        """A file is ready as long as it is in the library."""
        if not MEDIA_ID.fullmatch(media_id):
            return MediaReadiness(MediaState.GONE, "the file has no id of WordPress")
        params = {"context": "edit", "_fields": "id"}
        answer = await self._http.ask("GET", f"/wp/v2/media/{media_id}", params=params)
        if answer.code == NO_POST:
            return MediaReadiness(MediaState.GONE, "the site's library no longer has the file")
        if not answer.is_success:
            raise to_provider_error(answer, repeatable=True)
        return MediaReadiness(MediaState.READY)

    async def create(self, draft: Draft) -> RemotePost:
        """Create a draft. It has no date: WordPress sets it when the draft is published."""
        body = {**await build_body(self._http, draft), "status": "draft"}
        return await self._write("/wp/v2/posts", body)

    async def find(self, draft: Draft) -> list[RemotePost]:
        """The site's posts with the marker, also those in the trash."""
        return await find_posts(self._http, draft.marker)

    async def get(self, remote_id: str) -> RemotePost | None:
        """A post; None where the site says that it has none with this id."""
        if not POST_ID.fullmatch(remote_id):
            return None
        params = {"context": "edit", "_fields": FIELDS}
        answer = await self._http.ask("GET", f"/wp/v2/posts/{remote_id}", params=params)
        if answer.code == NO_POST:
            return None
        if not answer.is_success:
            raise to_provider_error(answer, repeatable=True)
        post = parse_post(answer.body)
        if post is None:
            raise Retry("WordPress answered without the post", answer.status)
        return post

    async def update(self, remote_id: str, draft: Draft) -> RemotePost:
        """Replace a post's content; its status stays."""
        return await self._write(_path(remote_id), await build_body(self._http, draft))

    async def schedule(self, remote_id: str) -> RemotePost:
        """Never called: see `CAPABILITIES`."""
        raise GiveUp(f"the timer of WordPress is not used: {remote_id}")

    async def unschedule(self, remote_id: str) -> RemotePost | None:
        """Take a post off the timer, which somebody set in WordPress. Others stay as they are: a
        published post would become a draft too."""
        post = await self.get(remote_id)
        if post is None or post.stage is not RemoteStage.SCHEDULED:
            return post
        return await self._write(_path(remote_id), {"status": "draft", "date_gmt": None})

    async def publish_now(
        self,
        remote_id: str,
        draft: Draft,  # noqa: ARG002  (the draft is there already)
        *,
        held_until: float,  # noqa: ARG002  (the remote id fences the call)
    ) -> RemotePost:
        """Publish a draft. A published one stays as it is, and what somebody took away too."""
        post = await self.get(remote_id)
        if post is None:
            raise GiveUp(GONE, 404)
        if post.stage is RemoteStage.PUBLISHED:
            return post
        if post.stage is RemoteStage.OTHER:
            raise GiveUp(TAKEN_AWAY.format(post.raw_stage))
        # Without a date it is now, by the site's clock: ours may be ahead, which would be a timer.
        published = await self._write(_path(remote_id), {"status": "publish", "date_gmt": None})
        if published.stage in (RemoteStage.DRAFT, RemoteStage.OTHER):
            raise GiveUp(HELD.format(published.raw_stage))
        return published

    def own_id(self, marker: str) -> str:
        """WordPress chooses the ids."""
        raise GiveUp(f"WordPress chooses the ids of posts: {marker}")

    async def delete(
        self,
        remote_id: str,
        *,
        held_until: float = math.inf,  # noqa: ARG002  (no remote id comes back)
    ) -> None:
        """Delete a post for good, not into the trash: from there a late call could publish it."""
        if not POST_ID.fullmatch(remote_id):
            return
        answer = await self._http.ask("DELETE", _path(remote_id), params={"force": "true"})
        if answer.code == NO_POST or (answer.is_success and _is_deleted(answer)):
            return
        if answer.is_success:
            raise Retry("WordPress answered a deletion without saying that it is done")
        raise to_provider_error(answer, repeatable=True)

    def unsupported_fields(self, draft: Draft) -> list[str]:
        """The draft's fields that WordPress does not support."""
        return not_carried(CARRIED_FIELDS, draft.platform, draft.post_type, draft.fields)

    async def close(self) -> None:
        """Nothing to close: the client is shared."""

    async def _write(self, path: str, body: dict[str, Any]) -> RemotePost:
        """A change of a post, and how it is after that. OutcomeUnknown when the answer is lost, or
        shows no post."""
        params = {"context": "edit", "_fields": FIELDS}
        answer = await self._http.call("POST", path, json=body, params=params, repeatable=False)
        post = parse_post(answer.body)
        if post is None:
            raise OutcomeUnknown("WordPress answered without the post", answer.status)
        return post


def _path(remote_id: str) -> str:
    if not POST_ID.fullmatch(remote_id):
        raise GiveUp(GONE, 404)
    return f"/wp/v2/posts/{remote_id}"


def _is_deleted(answer: Answer) -> bool:
    return isinstance(answer.body, dict) and answer.body.get("deleted") is True
