"""For each step, the requests that make a worker take it."""

from collections.abc import Callable

from tests.faults.recording_client import ExpectedPost, RecordingClient
from tests.wait import wait_until

StepScenario = Callable[[RecordingClient], ExpectedPost]


def _now(client: RecordingClient, *, photo: bool = False) -> ExpectedPost:
    return client.publish("publish_now", photo=photo)


def _with_photo(client: RecordingClient) -> ExpectedPost:
    return _now(client, photo=True)


def _lost_draft(client: RecordingClient) -> ExpectedPost:
    """The provider creates the draft and its answer is lost: the worker must reconcile."""
    client.stack.inject_fault(kind="lost_answer", call="create_post")
    return _now(client)


def _publish_in_hours(client: RecordingClient) -> ExpectedPost:
    return client.publish("ahead", photo=False)


def _unscheduled(client: RecordingClient) -> ExpectedPost:
    """A post that the provider has scheduled becomes a draft again."""
    expected = _wait_until_scheduled(client)
    client.edit(expected, "draft")
    return expected


def _removed(client: RecordingClient) -> ExpectedPost:
    expected = _wait_until_scheduled(client)
    client.remove(expected)
    return expected


def _wait_until_scheduled(client: RecordingClient) -> ExpectedPost:
    expected = _publish_in_hours(client)
    wait_until(lambda: _is_scheduled(client, expected), 120, "a post in the provider's timer")
    return expected


def _is_scheduled(client: RecordingClient, expected: ExpectedPost) -> bool:
    posts = [post for post in client.posts() if post["id"] == expected.id]
    deliveries = [each for post in posts for each in post["providerPlatforms"]]
    return bool(deliveries) and all(each["status"] == "scheduled" for each in deliveries)


STEP_SCENARIOS: dict[str, StepScenario] = {
    "upload": _with_photo,
    "confirm": _with_photo,
    "poll": _with_photo,
    "create": _now,
    "update": _lost_draft,
    "schedule": _publish_in_hours,
    "publish_now": _now,
    "look": _lost_draft,
    "verify": _now,
    "unschedule": _unscheduled,
    "delete": _removed,
}
