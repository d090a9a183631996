"""A slot: one planned instant of a rule, and when it opens. Pure."""

from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Literal, NamedTuple

MAX_JITTER = timedelta(minutes=10)
DstNote = Literal["gap", "overlap"]


class Slot(NamedTuple):
    """One planned instant of a rule.

    `local` is the naive local time, which identifies the slot within its rule; `at` is the instant
    in UTC. `note` says whether the local time is in a DST gap or overlap.
    """

    local: datetime
    at: datetime
    note: DstNote | None = None


def opens_at(slot_at: datetime, lead_time: timedelta, queue_slot_id: int | None) -> datetime:
    """When a slot opens: the lead time before its instant, made earlier by the rule's jitter.

    The jitter spreads Monday 09:00 over some minutes. It comes from a hash of the rule's id, so it
    is the same in every process.
    """
    if queue_slot_id is None:
        return slot_at - lead_time
    digest = blake2b(str(queue_slot_id).encode(), digest_size=4).digest()
    share = int.from_bytes(digest) / 2**32
    return slot_at - lead_time - min(MAX_JITTER, lead_time / 10) * share
