"""Measures how late posts are: by their own times, and by when the server shows them."""

import asyncio
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import httpx

from benchmarks.bluesky.commit_stream import CommitStream
from benchmarks.bluesky.network import Network
from tests.bluesky.pds_client import POST, BlueskyAccount
from tests.bluesky.tids import new_tid
from tests.wait import wait_until

# Single posts lie so far apart (s), and the first slot is so far ahead.
DISTANCE: Final = 3
AHEAD: Final = 10
LONGEST_WAIT: Final = 120


@dataclass(frozen=True, slots=True)
class Lateness:
    """Seconds after the slot, sorted: of the records' own times, and of the commits."""

    created: list[float]
    committed: list[float]


def percentile(values: list[float], share: float) -> float:
    """The smallest value that so large a share of the sorted values does not exceed."""
    return values[max(0, -(-int(len(values) * share * 1000) // 1000) - 1)]


def measure_single(network: Network, stream: CommitStream, posts: int) -> Lateness:
    """Posts one after the other, each at a slot of its own."""
    first = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=AHEAD)
    slots = [first + timedelta(seconds=DISTANCE * number) for number in range(posts)]
    return _measure(network, stream, "single", slots)


def measure_burst(network: Network, stream: CommitStream, posts: int) -> Lateness:
    """Posts of all accounts at one instant."""
    slot = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=AHEAD + posts / 10)
    return _measure(network, stream, "burst", [slot] * posts)


def _measure(network: Network, stream: CommitStream, name: str, slots: list[datetime]) -> Lateness:
    ids, known = list(network.accounts), len(stream.seen)
    by_text = {f"{name} {number}": slot for number, slot in enumerate(slots)}
    for number, (text, slot) in enumerate(by_text.items()):
        network.schedule(ids[number % len(ids)], text, slot)
    left = (slots[-1] - datetime.now(UTC)).total_seconds()
    if min(slots) <= datetime.now(UTC):
        raise RuntimeError("a slot was over before all posts were accepted")
    wait_until(lambda: len(stream.seen) - known == len(slots), left + LONGEST_WAIT, "all posts")
    created, committed = [], []
    for account in network.accounts.values():
        for record in network.pds.list_records(account.did):
            slot_of = by_text.get(record["value"]["text"])
            if slot_of is not None:
                made = datetime.fromisoformat(record["value"]["createdAt"])
                seen = stream.seen[account.did, str(record["uri"]).rpartition("/")[2]]
                created.append((made - slot_of).total_seconds())
                committed.append(seen - slot_of.timestamp())
    return Lateness(sorted(created), sorted(committed))


def measure_direct(network: Network, stream: CommitStream, posts: int) -> list[float]:
    """The same number of records, written by a plain client: the accounts side by side, each one
    record after the other. Seconds from the start to each commit, sorted."""
    known = set(stream.seen)
    accounts = list(network.accounts.values())
    tokens = {each.did: network.pds.create_session(each)["accessJwt"] for each in accounts}
    started = time.time()
    asyncio.run(_write_all(network.pds.url, accounts, tokens, posts // len(accounts)))
    wait_until(lambda: len(stream.seen) - len(known) == posts, LONGEST_WAIT, "all records")
    return sorted(at - started for key, at in stream.seen.items() if key not in known)


async def _write_all(
    url: str, accounts: list[BlueskyAccount], tokens: dict[str, Any], each: int
) -> None:
    async with httpx.AsyncClient(base_url=url, timeout=LONGEST_WAIT) as client:

        async def write(account: BlueskyAccount) -> None:
            for number in range(each):
                made = datetime.now(UTC).isoformat(timespec="milliseconds")
                record = {"$type": POST, "text": f"direct {number}", "createdAt": made}
                answer = await client.post(
                    "/xrpc/com.atproto.repo.putRecord",
                    json={"repo": account.did, "collection": POST, "rkey": new_tid(),
                          "record": record},
                    headers={"Authorization": f"Bearer {tokens[account.did]}"},
                )  # fmt: skip
                answer.raise_for_status()

        await asyncio.gather(*map(write, accounts))
