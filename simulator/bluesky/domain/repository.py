"""The records of one account, changed by commits: each is done whole, or not at all."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from simulator.bluesky.domain import blobs as files
from simulator.bluesky.domain.blobs import Blob, Blobs, Key, find_blob_refs
from simulator.bluesky.domain.cids import record_cid
from simulator.bluesky.domain.tids import TidClock
from simulator.bluesky.errors import internal_error, invalid_request


class Action(StrEnum):
    """What a write does to a record."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"


# The record may be at any version, or be missing.
ANY_VERSION: Final = ""


@dataclass(frozen=True)
class Record:
    """A record's content and its CID."""

    cid: str
    value: dict[str, Any]


@dataclass(frozen=True)
class Write:
    """One write. `swap`: the CID that the record must have, None for no record."""

    action: Action
    key: Key
    record: Record | None = None
    swap: str | None = ANY_VERSION


@dataclass(frozen=True)
class Commit:
    """The last commit: its CID, and its revision, which sorts by time."""

    cid: str
    rev: str


class Repository:
    """The records and blobs of `did`, and the head that the next commit replaces."""

    def __init__(self, did: str, now: int) -> None:
        self.did = did
        self.records: dict[Key, Record] = {}
        self.blobs: Blobs = {}
        self._clock = TidClock()
        self.head = self._new_head(now)

    def new_rkey(self, now: int) -> str:
        """A record key for a record that came without."""
        return self._clock.next_tid(now)

    def upload(self, cid: str, content: bytes, mime_type: str) -> Blob:
        """Keep a file until a record refers to it; the one that is there, if it is."""
        return self.blobs.setdefault(cid, Blob(content, mime_type))

    def commit(self, writes: Sequence[Write], swap_commit: str | None, now: int) -> Commit:
        """Do all the writes.

        Raises:
            XrpcError: 400 InvalidSwap, BlobNotFound, InvalidSize or InvalidMimeType; 500 for a
                record that is there already, or is not there to be changed. Nothing is changed.
        """
        if swap_commit is not None and swap_commit != self.head.cid:
            raise invalid_request(f"Commit was at {self.head.cid}", "InvalidSwap")
        for write in writes:
            self._check_version(write)
        records = dict(self.records)
        for write in writes:
            _apply(records, write)
        self.blobs = self._blobs_after(writes)
        self.records = records
        self.head = self._new_head(now)
        return self.head

    def _check_version(self, write: Write) -> None:
        current = self.records.get(write.key)
        cid = current.cid if current else None
        if write.swap not in {ANY_VERSION, cid}:
            raise invalid_request(f"Record was at {cid or 'null'}", "InvalidSwap")

    def _blobs_after(self, writes: Sequence[Write]) -> Blobs:
        blobs = dict(self.blobs)
        replaced = [write.key for write in writes if write.action is not Action.CREATE]
        used = {ref["ref"]["$link"] for _, ref in _references(writes)}
        files.release(blobs, replaced, used)
        for key, ref in _references(writes):
            files.refer(blobs, key, ref)
        return blobs

    def _new_head(self, now: int) -> Commit:
        rev = self._clock.next_tid(now)
        return Commit(record_cid({"did": self.did, "rev": rev}), rev)


def _references(writes: Sequence[Write]) -> Iterator[tuple[Key, dict[str, Any]]]:
    for write in writes:
        if write.record is not None:
            for ref in find_blob_refs(write.record.value):
                yield write.key, ref


def _apply(records: dict[Key, Record], write: Write) -> None:
    if (write.key in records) is (write.action is Action.CREATE):
        raise internal_error()
    if write.record is None:
        del records[write.key]
    else:
        records[write.key] = write.record
