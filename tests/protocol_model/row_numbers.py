"""Numbers for the rows of a post, and what the search reads of them."""

from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from models.statuses import DeliveryStatus, Desired, PostStatus
from tests.protocol_model.product_database import Rows

# The tokens of the claims of the two workers.
TOKENS: Final = ("A", "B")
OTHER: Final = {"A": "B", "B": "A"}


class PostRows(NamedTuple):
    """What the search and the invariants read of the rows."""

    status: PostStatus
    desired: Desired
    text: str
    delivery: DeliveryStatus
    wake_at: datetime | None
    claim: str | None
    claim_expires_at: datetime | None


class RowNumbers:
    """The same rows have the same number. `columns`: the names of the columns of each table."""

    def __init__(self, columns: tuple[tuple[str, ...], ...]) -> None:
        self._columns = columns
        self._rows: list[Rows] = []
        self._read: list[PostRows] = []
        self._numbers: dict[Rows, int] = {}

    def number(self, rows: Rows) -> int:
        """The number of these rows."""
        if rows not in self._numbers:
            self._numbers[rows] = len(self._rows)
            self._rows.append(rows)
            self._read.append(self._read_rows(rows))
        return self._numbers[rows]

    def of(self, number: int) -> Rows:
        """The rows with this number."""
        return self._rows[number]

    def read(self, number: int) -> PostRows:
        """What stands in them."""
        return self._read[number]

    def with_tokens_exchanged(self, number: int) -> int:
        """The rows with the claim of the other worker."""
        post, delivery, (job,) = self._rows[number]
        at = self._columns[2].index("claim")
        token: Any = OTHER.get(job[at])
        return self.number((post, delivery, ((*job[:at], token, *job[at + 1 :]),)))

    def _read_rows(self, rows: Rows) -> PostRows:
        post, delivery, job = (
            dict(zip(names, found[0], strict=True))
            for names, found in zip(self._columns, rows, strict=True)
        )
        return PostRows(
            PostStatus(post["status"]),
            Desired(post["desired"]),
            post["caption"],
            DeliveryStatus(delivery["status"]),
            _to_instant(job["wake_at"]),
            job["claim"],
            _to_instant(job["claim_expires_at"]),
        )


def _to_instant(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value).replace(tzinfo=UTC)
