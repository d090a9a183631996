"""The model of a provider without drafts, where we choose the ids: one call publishes a post."""

from collections.abc import Iterator
from datetime import datetime

from provider.errors import GiveUp
from provider.protocol import Capabilities, Draft, Idempotency, RemotePost, RemoteStage
from tests.unit.worker.lifecycle.call_faults import CallFault
from tests.unit.worker.lifecycle.model_posts import ModelPost, to_remote_post
from tests.unit.worker.lifecycle.model_provider import ModelProvider


class DirectProvider(ModelProvider):
    """A publication is refused if the head has moved since it was read, as at Bluesky: the call of
    a worker that was frozen carries the head of the time before."""

    capabilities = Capabilities(drafts=False, edit=False, idempotency=Idempotency.OWN_ID)

    def __init__(self, now: datetime, faults: Iterator[CallFault]) -> None:
        super().__init__(now, faults)
        self._head = 0

    def own_id(self, marker: str) -> str:
        """The id of the post with this marker, always the same."""
        return f"own:{marker}"

    async def create(self, draft: Draft) -> RemotePost:
        """Never called."""
        raise AssertionError(f"there are no drafts: {draft.marker}")

    update = schedule = unschedule = find = create  # type: ignore[assignment]

    async def publish_now(self, remote_id: str, draft: Draft, *, held_until: float) -> RemotePost:  # noqa: ARG002
        """Published at once; a second call under the same id finds it."""
        head = self._head

        def act() -> RemotePost:
            row = self._rows.get(remote_id)
            if row is not None:
                return to_remote_post(row)
            if head != self._head:
                raise GiveUp("the head has moved", 400)
            self._head += 1
            row = ModelPost(
                remote_id,
                draft.marker,
                None,
                draft.caption,
                draft.media_ids,
                stage=RemoteStage.PUBLISHED,
            )
            self._rows[remote_id] = row
            self.ledger.append(f"{row.words}|{row.marker}")
            return to_remote_post(row)

        return self._apply_fault(act, repeatable=False)

    async def delete(self, remote_id: str, *, held_until: float) -> None:  # noqa: ARG002
        """Deleted, and no earlier publication can arrive any more; refused where others have
        written since."""
        head = self._head

        def act() -> None:
            if head != self._head:
                raise GiveUp("the head has moved", 400)
            self._head += 1
            row = self._rows.pop(remote_id, None)
            if row is not None:  # people do not count what was taken back
                self.ledger.remove(f"{row.words}|{row.marker}")

        self._apply_fault(act)
