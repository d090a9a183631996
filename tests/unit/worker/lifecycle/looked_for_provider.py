"""The model of a provider without drafts that chooses the ids: after a lost answer, the post must
be looked for by its content."""

from datetime import timedelta

from provider.errors import IncompleteList
from provider.protocol import Capabilities, Draft, Idempotency, RemotePost, RemoteStage
from tests.unit.worker.lifecycle.model_posts import ModelPost, to_remote_post
from tests.unit.worker.lifecycle.model_provider import ModelProvider

CLOCK_MARGIN = timedelta(minutes=10)


class LookedForProvider(ModelProvider):
    """It knows no marker and no idempotency key: each call that arrives publishes."""

    capabilities = Capabilities(drafts=False, edit=False, idempotency=Idempotency.MARKER)

    async def create(self, draft: Draft) -> RemotePost:
        """Never called."""
        raise AssertionError(f"there are no drafts: {draft.marker}")

    update = schedule = unschedule = create  # type: ignore[assignment]

    async def publish_now(self, remote_id: str, draft: Draft, *, held_until: float) -> RemotePost:  # noqa: ARG002
        """Published at once, under a new id; a known one has no thread that could be missing."""
        if remote_id:
            return to_remote_post(self._row(remote_id))

        def act() -> RemotePost:
            row = ModelPost(
                f"{draft.platform}-{len(self.ledger)}",
                draft.marker,
                None,
                draft.caption,
                stage=RemoteStage.PUBLISHED,
                since=self.now,
            )
            self._rows[row.id] = row
            self.ledger.append(f"{row.caption}|{row.marker}")
            return to_remote_post(row)

        return self._apply_fault(act, repeatable=False)

    async def find(self, draft: Draft) -> list[RemotePost]:
        """What says the same on this account."""

        def act() -> list[RemotePost]:
            since = (draft.sent_since or self.now) - CLOCK_MARGIN
            return [
                to_remote_post(row)
                for row in self.rows
                if row.id.startswith(f"{draft.platform}-")
                and row.caption == draft.caption
                and row.since is not None
                and row.since >= since
            ]

        return self._apply_fault(act)


class CannotList(LookedForProvider):
    """Its list ends before the time of the call."""

    async def find(self, draft: Draft) -> list[RemotePost]:
        """Nothing is proved."""
        raise IncompleteList(f"no end: {draft.platform}")


class PublishedBefore(LookedForProvider):
    """Another post with the same text is there already."""

    async def find(self, draft: Draft) -> list[RemotePost]:
        """That one, and what was published since."""
        before = RemotePost("before", RemoteStage.PUBLISHED, "published")
        return [before, *await super().find(draft)]
