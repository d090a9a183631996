"""A model of a provider: in memory, with its own clock and a list of faults.

A call happens or not, whatever it returns; the ledger has what was published.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import TypeVar

import httpx

from provider.aiohttp_client import HttpClient
from provider.errors import GiveUp, IncompleteList, OutcomeUnknown, Retry, RetryAfter
from provider.protocol import (
    Capabilities,
    Draft,
    FileSpec,
    MediaReadiness,
    MediaState,
    Profile,
    RemotePost,
    RemoteStage,
    UploadRequest,
)
from provider.upload import raise_for_answer
from tests.unit.worker.lifecycle.call_faults import CallFault, WorkerKilled
from tests.unit.worker.lifecycle.model_posts import ModelPost, to_remote_post

T = TypeVar("T")
LATENESS = timedelta(seconds=6)
# A worker that is frozen just before its call makes it when it wakes up, after it lost its claim.
STALLS = {
    CallFault.STALL: timedelta(minutes=2),
    CallFault.STALL_LONG: timedelta(minutes=50),
    CallFault.STALL_DAYS: timedelta(days=3),
}
LEGAL = {RemoteStage.DRAFT, RemoteStage.SCHEDULED}


class ModelProvider:
    """Implements the Provider protocol. The simulation sets `now`."""

    capabilities = Capabilities(native_scheduling=True, minimum_lead=timedelta(seconds=5))

    def __init__(self, now: datetime, faults: Iterator[CallFault]) -> None:
        self.now = now
        self.client: HttpClient = httpx.AsyncClient()  # the simulation sets its own
        self.ledger: list[str] = []
        self.faults = faults
        # One fault for every call that must not be repeated.
        self.constant_fault: CallFault | None = None
        # Whether a list can be read to its end.
        self.lists_end = True
        self._rows: dict[str, ModelPost] = {}
        self._late: list[tuple[datetime, Callable[[], object]]] = []
        self._asked = self._made = 0

    def advance_to(self, now: datetime) -> None:
        """Advance the clock: late requests arrive, and due posts are published."""
        instants = [at for at, _ in self._late] + [row.publish_at or now for row in self.rows]
        for at in sorted({*(at for at in instants if self.now < at < now), now}):
            self.now = at
            arrived = [act for due, act in self._late if due <= at]
            self._late = [(due, act) for due, act in self._late if due > at]
            for act in arrived:
                self._run_late_request(act)
            for row in self.rows:
                row.advance(at, self.ledger)

    @property
    def rows(self) -> list[ModelPost]:
        """All posts that were not deleted."""
        return list(self._rows.values())

    def _row(self, remote_id: str) -> ModelPost:
        if remote_id not in self._rows:
            raise GiveUp("no such post", 404)
        return self._rows[remote_id]

    def _run_late_request(self, act: Callable[[], object]) -> None:
        try:
            act()
        except (GiveUp, OutcomeUnknown):
            return

    def _apply_fault(self, act: Callable[[], T], *, repeatable: bool = True) -> T:
        fault = next(self.faults, CallFault.NO_FAULT)
        fault = (not repeatable and self.constant_fault) or fault
        if fault is CallFault.NO_FAULT or (fault is CallFault.REFUSED and repeatable):
            return act()
        if fault in (CallFault.LOST, CallFault.DEATH_AFTER):
            self._run_late_request(act)
        if fault is CallFault.LATE:
            self._late.append((self.now + LATENESS, act))
        if fault in STALLS:
            self._late.append((self.now + STALLS[fault], act))
        if fault in (CallFault.DEATH_BEFORE, CallFault.DEATH_AFTER, *STALLS):
            raise WorkerKilled
        if fault is CallFault.REFUSED:
            raise GiveUp("refused", 400)
        if fault in (CallFault.BUSY, CallFault.BUSY_LONG):
            raise RetryAfter("busy", 60 if fault is CallFault.BUSY else 1200, 429)
        raise _connection_error(fault, repeatable=repeatable)

    async def profiles(self) -> list[Profile]:
        """Never called."""
        return []

    async def begin_upload(self, file: FileSpec) -> UploadRequest:  # noqa: ARG002
        """The bytes go to the simulation's own transport."""
        return self._apply_fault(lambda: UploadRequest("PUT", "https://blob.test/"))

    async def finish_upload(
        self,
        file: FileSpec,
        request: UploadRequest,  # noqa: ARG002
        response: httpx.Response,
    ) -> str:
        """The answer of a blob host; the id is of the file's name."""
        raise_for_answer(response)
        return f"media of {file.name}"

    async def confirm_upload(self, media_id: str) -> None:  # noqa: ARG002
        """The file is confirmed."""
        self._apply_fault(lambda: None)

    async def readiness(self, media_id: str) -> MediaReadiness:  # noqa: ARG002
        """Pending at the first call, ready at the second."""
        self._asked += 1
        state = MediaState.PENDING if self._asked == 1 else MediaState.READY
        return self._apply_fault(lambda: MediaReadiness(state))

    async def create(self, draft: Draft) -> RemotePost:
        """A new row for every call: two calls make two."""

        def act() -> RemotePost:
            self._made += 1
            row = ModelPost(
                f"remote-{self._made}",
                draft.marker,
                draft.publish_at,
                draft.caption,
                draft.media_ids,
            )
            self._rows[row.id] = row
            return to_remote_post(row)

        return self._apply_fault(act, repeatable=False)

    async def find(self, draft: Draft) -> list[RemotePost]:
        """By the marker; of a list without an end, only a part is read."""

        def act() -> list[RemotePost]:
            if not self.lists_end:
                raise IncompleteList("the list may go on")
            return [to_remote_post(r) for r in self.rows if r.marker == draft.marker]

        return self._apply_fault(act)

    async def get(self, remote_id: str) -> RemotePost | None:
        """The row, if it exists."""

        def act() -> RemotePost | None:
            row = self._rows.get(remote_id)
            return to_remote_post(row) if row else None

        return self._apply_fault(act)

    async def update(self, remote_id: str, draft: Draft) -> RemotePost:
        """Legal only for a DRAFT; a repetition is harmless."""
        return self._apply_fault(
            lambda: self._row(remote_id).set_content(
                draft.publish_at, draft.caption, draft.media_ids
            ),
            repeatable=False,
        )

    async def schedule(self, remote_id: str) -> RemotePost:
        """Legal for a DRAFT with a time in the future; harmless for SCHEDULED."""
        return self._apply_fault(
            lambda: self._row(remote_id).set_timer(LEGAL, self.now), repeatable=False
        )

    async def unschedule(self, remote_id: str) -> RemotePost | None:
        """Legal for SCHEDULED; returns the row of any other stage."""

        def act() -> RemotePost | None:
            row = self._rows.get(remote_id)
            if row and row.stage is RemoteStage.SCHEDULED:
                row.stage = RemoteStage.DRAFT
            return to_remote_post(row) if row else None

        return self._apply_fault(act, repeatable=False)

    async def publish_now(
        self,
        remote_id: str,
        draft: Draft,  # noqa: ARG002
        *,
        held_until: float,  # noqa: ARG002
    ) -> RemotePost:
        """Legal for DRAFT and SCHEDULED."""
        return self._apply_fault(
            lambda: self._row(remote_id).set_stage(RemoteStage.PUBLISHING, LEGAL, self.now),
            repeatable=False,
        )

    def own_id(self, marker: str) -> str:
        """It chooses the ids itself."""
        raise GiveUp(f"the provider chooses the ids: {marker}")

    async def delete(self, remote_id: str, *, held_until: float) -> None:  # noqa: ARG002
        """Deleted; refused while it is being published."""

        def act() -> None:
            row = self._rows.get(remote_id)
            if row and row.stage is RemoteStage.PUBLISHING:
                raise OutcomeUnknown("not while it is going out", 409)
            self._rows.pop(remote_id, None)

        self._apply_fault(act)

    def unsupported_fields(self, draft: Draft) -> list[str]:  # noqa: ARG002
        """It supports all fields."""
        return []

    async def close(self) -> None:
        """Nothing to close."""


def _connection_error(fault: CallFault, *, repeatable: bool) -> Retry | OutcomeUnknown:
    unsure = fault is not CallFault.UNREACHED and not repeatable
    return OutcomeUnknown("lost") if unsure else Retry("away")
