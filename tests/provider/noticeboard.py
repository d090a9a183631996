"""The example of docs/how-to/write-a-provider.md: a noticeboard without a timer of its own."""

import math
from datetime import datetime
from typing import Any

import httpx

from provider.aiohttp_client import HttpClient
from provider.credentials import CredentialSource
from provider.errors import GiveUp, OutcomeUnknown, Reconnect, RestartUpload, Retry, RetryAfter
from provider.protocol import (
    Capabilities,
    Draft,
    FileSpec,
    Idempotency,
    MediaReadiness,
    MediaState,
    MultipartForm,
    Profile,
    RemotePost,
    RemoteStage,
    UploadRequest,
)
from provider.swonkie.credentials import SwonkieCredentials
from provider.upload import raise_for_answer

STAGES = {"draft": RemoteStage.DRAFT, "out": RemoteStage.PUBLISHED, "refused": RemoteStage.FAILED}


class Noticeboard:
    """One board. `client` is shared; `credentials` has the key."""

    capabilities = Capabilities(drafts=True, idempotency=Idempotency.MARKER)

    def __init__(
        self, client: HttpClient, base_url: str, credentials: CredentialSource[SwonkieCredentials]
    ) -> None:
        self.client, self._base, self._credentials = client, base_url, credentials

    async def profiles(self) -> list[Profile]:
        """The boards where one can post."""
        found = await self._call("GET", "/boards")
        return [Profile(each["id"], each["network"], each["name"], "", "OK") for each in found]

    async def begin_upload(self, file: FileSpec) -> UploadRequest:
        """The bytes of a picture are sent in a form, and the board answers with its id."""
        keys = await self._credentials.current()
        headers = {"Authorization": f"Bearer {keys.keys[0]}"}
        form = MultipartForm("picture", file.name, file.content_type, {"title": "A picture"})
        return UploadRequest("POST", f"{self._base}/pictures", headers, form=form)

    async def finish_upload(
        self,
        file: FileSpec,  # noqa: ARG002
        request: UploadRequest,  # noqa: ARG002
        response: httpx.Response,
    ) -> str:
        """The id that the board gave the picture."""
        raise_for_answer(response)
        return str(response.json()["id"])

    async def confirm_upload(self, media_id: str) -> None:
        """Confirm that the bytes were sent."""
        if await self._call("POST", "/pictures/hung", {"id": media_id}) is None:
            raise RestartUpload("the board does not have the picture")

    async def readiness(self, media_id: str) -> MediaReadiness:
        """A picture is ready after the confirm."""
        found = await self._call("GET", "/pictures", {"id": media_id})
        return MediaReadiness(MediaState(found["state"]) if found else MediaState.GONE)

    async def create(self, draft: Draft) -> RemotePost:
        """A new notice with a new id, even if one with this marker exists."""
        return _post(await self._call("POST", "/notices", _notice(draft), repeatable=False))

    async def find(self, draft: Draft) -> list[RemotePost]:
        """All notices of the board with the marker."""
        found = await self._call("GET", "/notices", {"board": draft.profile_id})
        return [_post(each) for each in found if each["note"] == draft.marker]

    async def get(self, remote_id: str) -> RemotePost | None:
        """The current state of a notice."""
        found = await self._call("GET", "/notice", {"id": remote_id})
        return _post(found) if found else None

    async def update(self, remote_id: str, draft: Draft) -> RemotePost:
        """Replace a draft's content."""
        body = {"id": remote_id, **_notice(draft)}
        return _there(await self._call("PUT", "/notice", body, repeatable=False))

    async def schedule(self, remote_id: str) -> RemotePost:
        """Never called with SLOTBEAT_LEAD_TIME=0, which a board needs."""
        raise GiveUp(f"a noticeboard has no timer (SLOTBEAT_LEAD_TIME must be 0): {remote_id}")

    async def unschedule(self, remote_id: str) -> RemotePost | None:
        """There is no timer to take it off."""
        return await self.get(remote_id)

    async def publish_now(
        self,
        remote_id: str,
        draft: Draft,  # noqa: ARG002  (the notice is there already)
        *,
        held_until: float,  # noqa: ARG002  (the remote id fences the call)
    ) -> RemotePost:
        """Publish a notice. A published notice stays as it is."""
        return _there(await self._call("POST", "/out", {"id": remote_id}, repeatable=False))

    def own_id(self, marker: str) -> str:
        """The board chooses the ids."""
        raise GiveUp(f"the board chooses the ids: {marker}")

    async def delete(
        self,
        remote_id: str,
        *,
        held_until: float = math.inf,  # noqa: ARG002  (no remote id comes back)
    ) -> None:
        """Delete a notice."""
        await self._call("DELETE", "/notice", {"id": remote_id})

    def unsupported_fields(self, draft: Draft) -> list[str]:
        """A notice has text and pictures, and nothing else."""
        return sorted(draft.fields)

    async def close(self) -> None:
        """Nothing to close: the client is shared."""

    async def _call(
        self, method: str, path: str, body: dict[str, Any] | None = None, *, repeatable: bool = True
    ) -> Any:  # noqa: ANN401  (JSON)
        """The response's JSON, None for 404; else raises the error that says what to do."""
        keys = await self._credentials.current()
        headers = {"Authorization": f"Bearer {keys.keys[0]}"}
        doubt = Retry if repeatable else OutcomeUnknown
        try:
            answer = await self.client.request(
                method, self._base + path, json=body, headers=headers
            )
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:  # nothing was sent
            raise Retry(f"the board cannot be reached ({type(error).__name__})") from error
        except httpx.RequestError as error:
            raise doubt(f"the board's answer was lost ({type(error).__name__})") from error
        status = answer.status_code
        if answer.is_success:
            return answer.json()
        if status == 404:
            return None
        if status in (401, 403):
            raise Reconnect("the board refused the key", status)
        if status == 429:
            raise RetryAfter("the board is busy", float(answer.headers["Retry-After"]), status)
        if status >= 500:
            raise doubt(f"the board answered {status}", status)
        raise GiveUp(f"the board refused: {answer.text}", status)


def _notice(draft: Draft) -> dict[str, Any]:
    return {
        "board": draft.profile_id,
        "text": draft.caption,
        "pictures": list(draft.media_ids),
        "when": draft.publish_at.isoformat() if draft.publish_at else None,
        "note": draft.marker,
    }


def _post(found: dict[str, Any]) -> RemotePost:
    return RemotePost(
        id=found["id"],
        stage=STAGES.get(found["state"], RemoteStage.OTHER),
        raw_stage=found["state"],
        publish_at=datetime.fromisoformat(found["when"]) if found["when"] else None,
        link=found.get("link"),
        error=found.get("error"),
    )


def _there(found: dict[str, Any] | None) -> RemotePost:
    if found is None:
        raise GiveUp("the board does not have the notice", 404)
    return _post(found)
