"""Compares what the API says about posts with the records on a Bluesky server."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from tests.bluesky.pds_client import BlueskyAccount, PdsClient
from tests.extra.bluesky_posts import BlueskyPost

Record = dict[str, Any]


def violations(
    pds: PdsClient,
    accounts: Mapping[str, BlueskyAccount],
    posts: Iterable[BlueskyPost],
    shown: Mapping[str, Record],
) -> list[str]:
    """A sentence for each post that is not on the server exactly as its status says, and for each
    record of no post. `accounts`: by our ids; `shown`: the API's posts by id."""
    left = {id_: pds.list_records(each.did) for id_, each in accounts.items()}
    found: list[str] = []
    for post in posts:
        records = _take(left[post.account_id], post.texts)
        view = shown.get(post.id)
        if view is None:
            found.append(f"accepted and lost: {post.texts[0]}")
            continue
        sentences = _judge(pds, accounts[post.account_id].did, post, view, records)
        found += [f"{sentence}: {post.texts[0]} ({view['status']})" for sentence in sentences]
    return found + [f"a record of no post: {each}" for rest in left.values() for each in rest]


def _take(records: list[Record], texts: list[str]) -> list[Record]:
    """The records with these texts, oldest key first, taken from the list."""
    taken = [each for each in records if each["value"]["text"] in texts]
    for each in taken:
        records.remove(each)
    return sorted(taken, key=lambda each: str(each["uri"]))


def _judge(
    pds: PdsClient, did: str, post: BlueskyPost, view: Record, records: list[Record]
) -> Iterator[str]:
    (delivery,) = view["providerPlatforms"]
    is_out = view["status"] == "published"
    if not is_out:
        if not post.is_removed:
            yield f"neither removed nor published, but: {view['providerError']}"
        if records:
            yield "not published by its status, and on the server"
        return
    if [each["value"]["text"] for each in records] != post.texts:
        yield f"not there once, whole and in order, but {[each['uri'] for each in records]}"
        return
    if _key(records[0]) != delivery["providerPostId"]:
        yield f"its record is {_key(records[0])}, not {delivery['providerPostId']}"
    if not _is_thread(records):
        yield "its thread does not hang together"
    if [_blobs(pds, did, each) for each in records] != [[*each.values()] for each in post.files]:
        yield "its files are not whole"


def _is_thread(records: list[Record]) -> bool:
    first = _reference(records[0])
    expected = [{"root": first, "parent": _reference(each)} for each in records[:-1]]
    replies = [each["value"].get("reply") for each in records]
    return replies == [None, *expected]


def _reference(record: Record) -> dict[str, str]:
    return {"uri": record["uri"], "cid": record["cid"]}


def _blobs(pds: PdsClient, did: str, record: Record) -> list[bytes]:
    images = record["value"].get("embed", {}).get("images", [])
    return [pds.get_blob(did, each["image"]["ref"]["$link"]) for each in images]


def _key(record: Record) -> str:
    return str(record["uri"]).rpartition("/")[2]
