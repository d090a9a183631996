"""Finds posts whose end nobody was told: no reason, no row in their history, or no event."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from json import loads

from tests.acceptance.reconciliation import ENDED, Post, describe_post
from tests.faults.recording_client import RecordingClient
from tests.integration.worker.webhooks.webhook_receiver import ReceivedCall

# The types of the events that an endpoint received, by post.
Told = Mapping[str, Collection[str]]
# The statuses whose event is awaited; an endpoint subscribes to these.
TOLD_STATUSES = ("published", "cancelled", *ENDED)
TOLD_EVENTS = [f"post.{status}" for status in TOLD_STATUSES]


def read_events(calls: Iterable[ReceivedCall]) -> Told:
    """The events in these calls. One may have come twice."""
    told: dict[str, set[str]] = defaultdict(set)
    for call in calls:
        event = loads(call.body)
        told[event["data"]["postId"]].add(event["type"])
    return told


def find_silence(client: RecordingClient, post: Post, told: Told | None) -> Iterator[str]:
    """A sentence for each way in which the end of a post was not told.

    That an ended post has a reason is counted where posts are counted.
    """
    status = post["status"]
    for each in post["providerPlatforms"]:
        if each["status"] in ("failed", "unknown") and not each["error"]:
            yield f"{each['platform']} {each['status']} without a reason: {describe_post(post)}"
    if status in ENDED and not _has_end_in_history(client, post):
        yield f"its history does not say how it ended: {describe_post(post)}"
    is_awaited = told is not None and status in TOLD_STATUSES
    if told is not None and is_awaited and f"post.{status}" not in told.get(post["id"], ()):
        yield f"no event post.{status} was received: {describe_post(post)}"


def _has_end_in_history(client: RecordingClient, post: Post) -> bool:
    """Whether the history has the row of the status, and a row that says why."""
    history = client.api.call("GET", f"/posts/{post['id']}")["post"]["history"]
    has_status = any(
        row["subject"] == "post" and row["outcome"] == post["status"] for row in history
    )
    return has_status and any(row["message"] for row in history)
