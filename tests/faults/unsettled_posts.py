"""Counts the posts that are not settled: one query for all organizations, at most once a second.

A run that read every post each second would do more work than what it tests. The last word has the
API: the reconciliation reads each post there, once.
"""

import threading
import time
from collections import Counter

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.exc import DBAPIError

from models.database import Database
from models.tables import DELIVERY, POST, WEBHOOK_DELIVERY
from models.webhooks import WebhookStatus
from tests.acceptance.reconciliation import PREPARED, SETTLED, in_a_minute

MAX_AGE = 1.0


class UnsettledPosts:
    """The counts of a database that may be away at times. For several threads."""

    def __init__(self, database_url: str) -> None:
        self._database = Database(database_url)
        self._lock = threading.Lock()
        self._counts: Counter[str] = Counter()
        self._read_at = float("-inf")

    def of(self, organization_id: str) -> int:
        """How many an organization has, or had a second ago, or when the database last answered."""
        with self._lock:
            if time.monotonic() - self._read_at > MAX_AGE:
                self._counts = self.count() or self._counts
                self._read_at = time.monotonic()
            return self._counts[organization_id]

    def count(self) -> Counter[str] | None:
        """The posts of each organization that are not settled now; None without an answer."""
        query = select(POST.c.organization_id, func.count()).where(_is_unsettled())
        try:
            with self._database.read() as session:
                rows = session.connection().execute(query.group_by(POST.c.organization_id))
                return Counter({row[0]: row[1] for row in rows})
        except DBAPIError:
            return None

    def count_untold(self) -> int | None:
        """How many events wait for their receiver; None without an answer."""
        is_pending = WEBHOOK_DELIVERY.c.status == WebhookStatus.PENDING
        try:
            with self._database.read() as session:
                found = session.connection().execute(
                    select(func.count()).select_from(WEBHOOK_DELIVERY).where(is_pending)
                )
                return int(found.scalar_one())
        except DBAPIError:
            return None

    def close(self) -> None:
        """Close the connections."""
        self._database.close()


def _is_unsettled() -> ColumnElement[bool]:
    """What `is_settled` says of a post of the API, as a condition on its rows."""
    unprepared = [
        and_(
            POST.c.status == status,
            exists().where(DELIVERY.c.post_id == POST.c.id, DELIVERY.c.status.not_in(prepared)),
        )
        for status, prepared in PREPARED.items()
    ]
    return or_(
        POST.c.status.not_in([*SETTLED, *PREPARED]),
        and_(POST.c.status == "scheduled", POST.c.scheduled_for < in_a_minute()),
        *unprepared,
    )
